{{ action_figures('actions_in_quarter', 'quarter') }}
