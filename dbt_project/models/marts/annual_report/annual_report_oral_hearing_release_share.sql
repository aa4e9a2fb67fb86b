{{ annual_report_section('oral_hearing_release_share') }}
