{{ action_figures('actions_in_month', 'month') }}
