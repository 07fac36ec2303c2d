# @summary A column of a rule: text as the policy file has it, or the words of it.
type Mcollective::Column = Variant[Mcollective::Line, Array[Pattern[/\A[[:graph:]]+\z/], 1]]
