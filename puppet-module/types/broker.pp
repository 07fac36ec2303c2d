# @summary A message broker: its host, or host, port and whether TLS is spoken there.
type Mcollective::Broker = Variant[
  Stdlib::Host,
  Struct[
    {
      host           => Stdlib::Host,
      Optional[port] => Stdlib::Port,
      Optional[ssl]  => Boolean,
    }
  ],
]
