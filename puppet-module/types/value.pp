# @summary The value of a setting.
#
# Booleans are written as 1 and 0, arrays with commas between their members. A `Sensitive` value is hidden in the output of Puppet,
# with the whole file that it stands in.
type Mcollective::Value = Variant[
  Boolean,
  Numeric,
  Mcollective::Line,
  Array[Variant[Numeric, Mcollective::Line], 1],
  Sensitive[Mcollective::Line],
]
