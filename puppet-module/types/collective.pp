# @summary The name of a collective. It becomes part of destinations at the broker and of paths: no dots.
type Mcollective::Collective = Pattern[/\A[A-Za-z0-9][\w-]*\z/]
