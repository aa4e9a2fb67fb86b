{{ action_figures('actions_on_day', 'as_at') }}
