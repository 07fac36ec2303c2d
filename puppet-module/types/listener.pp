# @summary An address that the broker listens on: HOST:PORT, IPv6 addresses in brackets.
type Mcollective::Listener = Pattern[/\A[^\s:]+:\d{1,5}\z/, /\A\[[\h:.]+\]:\d{1,5}\z/]
