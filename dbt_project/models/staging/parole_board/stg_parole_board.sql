{{ union_figures([
    source('landing', 'parole_board_oral_hearings'),
    source('landing', 'parole_board_outcomes'),
    source('landing', 'parole_board_release_share'),
], condition='measure is not null') }}
