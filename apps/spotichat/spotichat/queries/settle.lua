-- Nobody has heard of somebody for long enough. Only one process finds him still there.
return settle()
