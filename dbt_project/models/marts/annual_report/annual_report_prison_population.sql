{{ annual_report_section('prison_population') }}
