{{ annual_report_section('self_inflicted_deaths') }}
