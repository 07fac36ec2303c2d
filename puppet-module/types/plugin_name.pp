# @summary The name of an agent or another plug-in, which becomes the name of files.
type Mcollective::Plugin_name = Pattern[/\A[A-Za-z]\w*\z/]
