{{ annual_report_section('mean_time_recalled') }}
