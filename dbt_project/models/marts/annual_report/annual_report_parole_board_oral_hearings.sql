{{ annual_report_section('parole_board_oral_hearings') }}
