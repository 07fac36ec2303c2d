# A site with a broker of its own, a machine for operators, and nodes. What most machines have in common belongs into Hiera (see the
# README); here it is in one place.
class profile::mcollective (
  Boolean $client = false,
  Hash[String[1], Hash] $users = {},
) {
  class { 'mcollective':
    client          => $client,
    users           => $users,
    brokers         => ['mq.example.net'],
    caller_groups   => {
      'operators' => ['cert=alice.mcollective', 'trusted:pp_auth_role=operator'],
      'auditors'  => ['cert=audit.mcollective'],
    },
    # Last in every policy: who may do everything.
    site_rules      => [{ 'callers' => 'operators' }],
    policies        => {
      'rpcutil' => { 'rules' => [{ 'action' => 'deny', 'actions' => ['get_config_item'] }, { 'callers' => 'auditors' }] },
      'service' => {},
      'puppet'  => {
        'rules' => [
          # First: nobody starts runs in production while the fact freeze is there.
          { 'action' => 'deny', 'actions' => ['runonce'], 'facts' => ['environment=production', 'freeze=true'] },
          { 'callers' => 'auditors', 'actions' => ['status', 'last_run_summary'] },
        ],
      },
    },
    plugins         => { 'nettest' => { 'policy' => { 'default' => 'allow' } } },
    plugin_settings => { 'puppet' => { 'splaylimit' => 120 } },
  }
}

# A rule from another module, between the policy's own and the site's.
class profile::database {
  mcollective::policy::rule { 'the people of the database restart it':
    agent   => 'service',
    callers => 'cert=dba.mcollective',
    actions => ['restart', 'status'],
    classes => ['postgresql'],
  }
}

node 'mq.example.net' {
  include mcollective::broker
  include profile::mcollective
}

node 'admin.example.net' {
  class { 'profile::mcollective':
    client => true,
    users  => { 'alice' => { 'request' => true }, 'audit' => {} },
  }
}

node default {
  include profile::mcollective
  include profile::database
}
