# @summary The same settings for every broker of a pool.
#
# @api private
#
# @param connector
#   `activemq` or `rabbitmq`.
# @param count
#   How many brokers there are.
# @param members
#   The settings, without `plugin.CONNECTOR.pool.N.` in front. Those without a value are left out.
#
# @return [Mcollective::Settings]
#   The settings by their whole names.
function mcollective::pool_members(
  Enum['activemq', 'rabbitmq'] $connector,
  Integer[0] $count,
  Hash[String[1], Optional[Mcollective::Value]] $members,
) >> Mcollective::Settings {
  $given = $members.filter |$_name, $value| { $value =~ NotUndef }
  Integer[0, $count].reduce({}) |$memo, $number| {
    $number ? {
      0       => $memo,
      default => $given.reduce($memo) |$all, $member| { $all + { "plugin.${connector}.pool.${number}.${member[0]}" => $member[1] } },
    }
  }
}
