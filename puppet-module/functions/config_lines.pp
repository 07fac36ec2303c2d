# @summary The text of a file of settings: lines KEY = VALUE, sorted by key, below a line that says who wrote them.
#
# Booleans become 1 and 0, arrays are joined by commas. Keys that the programs let grow come once for each member instead:
# `default_discovery_options`, `libdir`, and the broker's `listen` and `tls-listen`. Settings without a value are left out.
#
# @param settings
#   The settings by their names.
#
# @return [Variant[String, Sensitive[String]]]
#   The text; `Sensitive` as a whole when a value is.
#
# @example
#   $text = mcollective::config_lines({ 'collectives' => ['mcollective', 'uk'], 'rpcaudit' => true })
function mcollective::config_lines(Hash[String[1], Optional[Mcollective::Value]] $settings) >> Variant[String, Sensitive[String]] {
  $growing = ['default_discovery_options', 'libdir', 'listen', 'tls-listen']
  $given   = $settings.filter |$_key, $value| { $value =~ NotUndef }
  $lines   = sort($given.keys).map |$key| {
    $value = $given[$key] ? {
      Sensitive => $given[$key].unwrap,
      default   => $given[$key],
    }
    $texts = $value ? {
      true    => ['1'],
      false   => ['0'],
      Array   => $key in $growing ? { true => $value, default => [join($value, ',')] },
      default => [$value],
    }
    $texts.map |$text| { "${key} = ${text}\n" }
  }
  $whole = join(flatten(["# Managed by Puppet, module mcollective. Changes here are lost.\n", $lines]))
  if $given.any |$_key, $value| { $value =~ Sensitive } {
    Sensitive($whole)
  } else {
    $whole
  }
}
