# @summary One line of text, as files of settings can hold it: no control characters, and no blanks around it.
type Mcollective::Line = Pattern[/\A[[:graph:]](?:[[:print:]]*[[:graph:]])?\z/]
