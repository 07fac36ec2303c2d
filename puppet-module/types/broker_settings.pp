# @summary Options of mco-broker(8) by their names, without dashes in front.
type Mcollective::Broker_settings = Hash[Pattern[/\A[a-z][a-z-]*\z/], Optional[Mcollective::Value]]
