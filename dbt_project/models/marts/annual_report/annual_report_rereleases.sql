{{ annual_report_section('rereleases') }}
