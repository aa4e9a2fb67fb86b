{{ annual_report_section('recalls') }}
