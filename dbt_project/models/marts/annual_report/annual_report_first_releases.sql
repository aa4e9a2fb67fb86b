{{ annual_report_section('first_releases') }}
