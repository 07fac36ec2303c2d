# @summary Settings by their names, as mcollective.cfg(5) has them. A value of `undef` removes the line that there would be otherwise.
type Mcollective::Settings = Hash[Pattern[/\A[A-Za-z_][\w.]*\z/], Optional[Mcollective::Value]]
