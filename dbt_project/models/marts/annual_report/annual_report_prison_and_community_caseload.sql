{{ annual_report_section('prison_and_community_caseload') }}
