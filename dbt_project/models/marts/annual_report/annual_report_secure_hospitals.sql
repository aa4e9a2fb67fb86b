{{ annual_report_section('secure_hospitals') }}
