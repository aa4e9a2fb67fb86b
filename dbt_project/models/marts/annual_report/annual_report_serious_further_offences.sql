{{ annual_report_section('serious_further_offences') }}
