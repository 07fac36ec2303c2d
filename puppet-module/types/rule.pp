# @summary A rule of a policy. What is left out is `allow`, or fits everything. Choria's rules have the same keys.
type Mcollective::Rule = Struct[
  {
    Optional[action]  => Enum['allow', 'deny'],
    Optional[callers] => Mcollective::Column,
    Optional[actions] => Mcollective::Column,
    Optional[facts]   => Mcollective::Column,
    Optional[classes] => Mcollective::Column,
  }
]
