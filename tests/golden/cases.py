"""What the golden tests run: command lines, and what each needs besides the fleet.

A name is that of the golden file. In words and environment {data} is the folder with DATA, and a place for what a case writes.
"""
from dataclasses import dataclass, field

NODES = ["node1.lab.test", "node2.lab.test", "node3.lab.test"]
LISTED = ["--nodes", "{data}/nodes.txt"]  # a known order, without waiting
NAMED = [word for node in NODES for word in ("-I", node)]
GET_OS = ["rpc", "rpcutil", "get_fact", "fact=os"]
SILENT = ["-I", "ghost1.lab.test", "-I", "ghost2.lab.test"]

# What is put aside where we differ; a dot stands for line ends, too.
OUT = r"(?<=\n--- stdout\n).*?(?=\n--- stderr\n)"
ERRORS = r"(?<=\n--- stderr\n).*"
FAILURE = r"(?<=\x1b\[31m).*"
COUNTS = r"Finished processing [^\n]* hosts|Nodes: [^\n]*"
SILENCE = r"\n(\x1b\[33m)?warn[^\n]* responses from [^\n]*|\n\n\x1b\[31mMissing:.*|\n+$"
MISSING = {"why": "missing nodes are named with a reason, on standard error", "aside": SILENCE,
           "ours": r"Missing:(?s:.)*ghost\d.lab.test +no answer; it was never seen from here"}
PLACE = {"why": "messages say where in a file or an expression the mistake is", "aside": FAILURE}
WIDE = {"COLUMNS": "100", "LINES": "30"}
RANDOM = "rpclimitmethod = random\n"
LIMITED = {"why": "a limit counts the nodes that were asked", "aside": COUNTS}
CHOSEN = {"why": f"{LIMITED['why']}; {MISSING['why']}", "aside": f"{COUNTS}|{SILENCE}"}
MORE_LISTS = {"why": "there are more lists", "aside": r"(?<=applications)[^\n]*", "ours": r"list-\[agents\|actions\|inputs\|applications"}

DATA = {
    "nodes.txt": "# in this order\nnode3.lab.test\n\n  node1.lab.test  \nnode2.lab.test\n",
    "two.txt": "node2.lab.test\nnode1.lab.test\n",
    "ghosts.txt": "node1.lab.test\n" + "".join(f"ghost{n}.lab.test\n" for n in range(1, 5)),
    "bad.txt": "node1.lab.test\nnode two\n",
    "empty.txt": "",
    "many.txt": "".join(f"n{n:03}.lab.test\n" for n in range(1, 21)),
    "report.mco": 'inventory do\n  format "%-20s %-8s %s"\n  fields { [identity, facts["os"], classes.size] }\nend\n',
    "nothing.mco": 'inventory do\n  format "%s"\nend\n',
}


@dataclass
class Case:
    words: list
    arrival: bool = False  # in order of arrival: the lines are compared as a set
    stdin: str = None
    env: dict = field(default_factory=dict)
    config: str = ""       # further lines of the client's configuration
    reads: str = None      # a file of {data} that the command writes
    terminal: bool = False  # standard output is one
    why: str = ""          # why we differ, on purpose
    aside: str = ""        # what a difference takes out of both screens: a regular expression
    ours: str = ""         # what our screen has there: another
    of_the_originals: bool = False  # only its nodes answer like that: their own texts, and != of facts in -S, which ours understand


def arriving(*words, **more):
    return Case(list(words), arrival=True, **more)


def find(*words, **more):
    return arriving("find", "--dt", "1", *words, **more)


def screen(*words, **more):
    return Case(list(words), **more)


CASES = {
    # ping
    "ping": arriving("ping"),
    "ping_some": arriving("ping", "-F", "os=Debian", "-t", "2"),
    "ping_nobody": screen("ping", "-F", "os=Plan9", "--timeout", "1"),
    "ping_silent": screen("ping", "-I", "ghost1.lab.test", "-t", "1", **MISSING),
    "ping_collective": arriving("ping", "-T", "eu", "-t", "1"),
    "ping_graph": arriving("ping", "-g", "-t", "1"),
    "ping_graph_long": arriving("ping", "--graph", "-I", "node1.lab.test", "-t", "1"),
    "ping_ignores": arriving("ping", "--limit", "1", "--np", "-v", "-t", "1"),
    "ping_json": screen("ping", "-I", "node1.lab.test", "-j", "-t", "1", why="--json prints JSON", aside=OUT,
                        ours=r'\[\{"sender":"node1.lab.test","milliseconds":[\d.]+\}\]\n'),

    "ping_ignores_methods": arriving("ping", "--nodes", "{data}/two.txt", "-t", "1", why="lists of nodes count for ping, too", aside=r"(?s).*",
                                     ours=r"(?s)\A(?!.*node3).*node2\.lab\.test +time="),

    # find, and all filters
    "find": arriving("find"),
    "find_verbose": arriving("find", "-v", "--dt", "2"),
    "find_verbose_long": arriving("find", "--verbose", "--discovery-timeout", "1"),
    "find_quiet": arriving("find", "-v", "-q", "--dt", "1"),
    "find_quiet_first": arriving("find", "--quiet", "--verbose", "--dt", "1"),
    "find_nothing": screen("find", "-F", "os=Plan9"),
    "find_nothing_verbose": screen("find", "-F", "os=Plan9", "-v", "--dt", "1"),
    "find_with": find("-W", "base os=Debian"),
    "find_with_long": find("--with", "/roles/ cpus>=16"),
    "find_select": find("-S", "os=Debian and base"),
    "find_select_not": find("--select", "not os=Debian"),
    "find_select_bang": find("-S", "!(os=Debian or postgres)"),
    "find_select_parentheses": find("-S", "(country=uk or cpus=16) and not apache"),
    "find_select_precedence": find("-S", "country=mt or os=RedHat and not postgres"),
    "find_select_regex": find("-S", "os=/^Deb/ and /roles/"),
    "find_select_compares": find("-S", "cpus>4 and cpus<=8"),
    "find_select_fstat": find("-S", "fstat('/etc/passwd').output=present and os=RedHat"),
    "find_select_fstat_missing": find("-S", "not fstat('/etc/nosuch').output=present and country=uk"),
    "find_select_fstat_size": find("-S", "fstat('/etc/passwd').size>10 and fstat('/etc/passwd').type=/^fi/"),
    "find_select_fact_data": find("-S", "fact('os').exists=true and fact('country').value=/^u/"),
    "find_select_agent_data": find("-S", "agent('rpcutil').timeout=10 and collective('eu').member=true"),
    "find_select_twice": find("-S", "os=Debian", "-S", "country=mt"),
    "find_select_unequal": screen("find", "--dt", "1", "-S", "os!=Debian", of_the_originals=True),
    "find_select_verbose": find("-v", "-S", "fstat('/etc/passwd').size>10"),
    "find_fact": find("-F", "os=Debian"),
    "find_fact_two": find("--wf", "os=Debian", "--with-fact", "country=mt"),
    "find_fact_at_least": find("-F", "cpus>=8"),
    "find_fact_at_least_reversed": find("-F", "cpus=>8"),
    "find_fact_at_most": find("-F", "cpus<=8"),
    "find_fact_at_most_reversed": find("-F", "cpus =< 8"),
    "find_fact_more": find("-F", "cpus>8"),
    "find_fact_less": find("-F", "cpus<8"),
    "find_fact_unequal": find("-F", "cpus!=8"),
    "find_fact_equal": find("-F", "cpus == 8"),
    "find_fact_matches": find("-F", "os=~^Deb"),
    "find_fact_regex": find("-F", "os=/^deb/"),
    "find_fact_regex_flagless": find("-F", "os=/Hat$/"),
    "find_fact_absent": find("-F", "nosuch!=x"),
    "find_class": find("-C", "apache"),
    "find_class_regex": find("--wc", "/^roles::/"),
    "find_class_two": find("--with-class", "base", "-C", "postgres"),
    "find_agent": find("-A", "discovery"),
    "find_agent_regex": find("--wa", "/^rpc/", "-F", "os=Debian"),
    "find_agent_nobody": find("--with-agent", "nosuch"),
    "find_identity": screen("find", "-I", "ghost1.lab.test"),
    "find_identities": screen("find", "--wi", "node2.lab.test", "--with-identity", "node1.lab.test"),
    "find_identity_twice": screen("find", "-I", "node1.lab.test", "-I", "node1.lab.test", why="a node named twice is one node", aside=OUT,
                                  ours=r"--- stdout\nnode1.lab.test\n\n"),
    "find_identity_regex": find("-I", "/node[12]/"),
    "find_identity_regexes": find("-I", "/node1/", "-I", "/node3/"),
    "find_identity_both": find("-I", "/node1/", "-I", "/lab/"),
    "find_identity_and_regex": find("-I", "node1.lab.test", "-I", "/node3/"),
    "find_collective": find("-T", "eu"),
    "find_collective_long": find("--target", "eu", "-F", "country=mt"),
    "find_collective_unknown": find("-T", "nosuch"),
    "find_method": screen("find", "--dm", "mc", "--dt", "1", "-F", "os=Plan9", "-v"),
    "find_flatfile": screen("find", "--disc-method", "flatfile", "--disc-option", "{data}/nodes.txt"),
    "find_flatfile_verbose": screen("find", "--dm", "flatfile", "--do", "{data}/nodes.txt", "-v"),
    "find_flatfile_configured": screen("find", config="default_discovery_method = flatfile\ndefault_discovery_options = {data}/two.txt\n"),
    "find_flatfile_nothing": screen("find", "--dm", "flatfile", **PLACE, ours=r"The flatfile discovery method needs a path to a text file"),
    "find_flatfile_regex": screen("find", "--nodes", "{data}/nodes.txt", "-I", "/node[13]/"),
    "find_flatfile_names": screen("find", "--nodes", "{data}/nodes.txt", "-I", "node2.lab.test", "-I", "ghost.lab.test"),
    "find_flatfile_patterns": screen("find", "--nodes", "{data}/nodes.txt", "-I", "/node1/", "-I", "/node2/", why="any of several patterns is enough",
                                     aside=OUT, ours=r"--- stdout\nnode1.lab.test\nnode2.lab.test\n"),
    "find_flatfile_fact": screen("find", "--nodes", "{data}/nodes.txt", "-F", "os=Debian"),
    "find_flatfile_class": screen("find", "--nodes", "{data}/nodes.txt", "-C", "base"),
    "find_flatfile_select": find("--nodes", "{data}/two.txt", "-S", "country=mt", why="a list is not widened by a filter", aside=r"(?s).*", ours="(?m)^exit 1$"),
    "find_flatfile_missing": screen("find", "--dm", "flatfile", "--do", "{data}/nosuch.txt", **PLACE,
                                    ours=r"Cannot read the file {data}/nosuch.txt specified as discovery source"),
    "find_nodes": screen("find", "--nodes", "{data}/two.txt"),
    "find_nodes_empty": screen("find", "--nodes", "{data}/empty.txt"),
    "find_nodes_missing": screen("find", "--nodes", "{data}/nosuch.txt", **PLACE, ours=r"Cannot read the file {data}/nosuch.txt"),
    "find_nodes_bad": screen("find", "--nodes", "{data}/bad.txt", **PLACE, ours=r"bad.txt:2: .*Identities can only match /\^\[\\w\\.\\-\]\+\$/"),
    "find_nodes_and_method": screen("find", "--dm", "mc", "--nodes", "{data}/two.txt"),
    "find_nodes_and_option": screen("find", "--do", "x", "--nodes", "{data}/two.txt"),
    "find_two_methods": screen("find", "--dm", "mc", "--dm", "flatfile"),
    "find_method_unknown": screen("find", "--dm", "nosuch"),
    "find_stdin": screen("find", "--dm", "stdin", stdin="node2.lab.test\nghost.lab.test\n"),
    "find_stdin_auto": screen("find", stdin="node2.lab.test\nnode1.lab.test\n"),
    "find_stdin_json": screen("find", stdin='[{"sender":"node2.lab.test"},{"certname":"node1.lab.test"},{"sender":"node2.lab.test"}]'),
    "find_stdin_json_asked": screen("find", "--dm", "stdin", "--do", "json", stdin='[{"certname":"node1.lab.test"}]'),
    "find_stdin_text_asked": screen("find", "--dm", "stdin", "--do", "text", stdin="node1.lab.test\n"),
    "find_stdin_regex": screen("find", "--dm", "stdin", "-I", "/2/", stdin="node2.lab.test\nnode1.lab.test\n"),
    "find_stdin_blank": screen("find", "--dm", "stdin", stdin="  \n"),
    "find_stdin_bad_json": screen("find", "--dm", "stdin", "--do", "json", stdin="node1.lab.test\n", **PLACE,
                                  ours=r"standard input:1: JSON: malformed at byte 2"),
    "find_stdin_json_without_names": screen("find", stdin='[{"name":"node1.lab.test"}]', **PLACE,
                                            ours=r"standard input: element 1: .* sender or certname"),
    "find_stdin_gaps": screen("find", stdin="node1.lab.test\n\nnode2.lab.test\n", why="blank lines are skipped", aside=".*",
                              ours=r"^exit 0\n--- stdout\nnode1.lab.test\nnode2.lab.test\n"),
    "find_stdin_bad_name": screen("find", stdin="node1.lab.test\nnode two\n", **PLACE, ours=r"standard input:2: .*Identities can only match "),
    "find_stdin_bad_option": screen("find", "--dm", "stdin", "--do", "xml", stdin="node1.lab.test\n"),

    # rpc: its own options
    "identity": screen("rpc", "rpcutil", "get_fact", "fact=os", "-I", "node2.lab.test"),
    "rpc_get_fact": screen("rpc", "rpcutil", "get_fact", "fact=country", "--sort", "--dt", "2"),
    "rpc_options": screen("rpc", "--agent", "rpcutil", "--action", "get_fact", "--arg", "fact=os", "--sort", *LISTED),
    "rpc_options_short": screen("rpc", "-a", "rpcutil", "--action", "get_fact", "--argument", "fact=os", "--sort", *LISTED),
    "rpc_options_and_words": screen("rpc", "--agent", "rpcutil", "--action", "get_fact", "--arg", "fact=os", "fact=cpus", "--sort", *LISTED,
                                    why="surplus words are refused", aside=r"(?s).*", ours="does not take the word 'fact=cpus'"),
    "rpc_argument_and_words": screen("rpc", "rpcutil", "get_fact", "--arg", "fact=cpus", "fact=country", "--sort", *LISTED),
    "rpc_no_results": screen("rpc", "rpcutil", "ping", "--no-results", "--dt", "1"),
    "rpc_no_results_short": screen("rpc", "rpcutil", "ping", "--nr", *NAMED),
    "rpc_reply_to": screen("rpc", "rpcutil", "ping", "--reply-to", "/queue/mcollective.reply.elsewhere", *NAMED),
    "rpc_no_words": screen("rpc"),
    "rpc_one_word": screen("rpc", "rpcutil"),
    "rpc_word_without_value": screen("rpc", "rpcutil", "get_fact", "os", why="a hint to what was meant", aside=r"; did you mean -I os\?",
                                     ours=r"did you mean -I os\?"),
    "rpc_word_with_empty_value": screen("rpc", "rpcutil", "get_fact", "fact="),
    "rpc_bad_argument": screen("rpc", "rpcutil", "get_fact", "--arg", "os"),
    "rpc_unknown_agent": screen("rpc", "nosuch", "ping"),
    "rpc_unknown_input": screen("rpc", "rpcutil", "get_fact", "fact=os", "colour=red", "--sort", *LISTED,
                                why="inputs that the DDL does not know are refused", aside=r"(?s).*", ours="has no input 'colour'"),
    "rpc_input_too_long": screen("rpc", "rpcutil", "get_fact", "fact=" + "x" * 41),
    "rpc_input_not_matching": screen("rpc", "rpcutil", "get_fact", "fact=a b"),
    "rpc_value_with_equals": screen("rpc", "rpcutil", "get_config_item", "item=a=b", "--np", *LISTED, "--sort"),
    "rpc_data_fact": screen("rpc", "rpcutil", "get_data", "source=fact", "query=os", "--np", "--sort", *LISTED),
    "rpc_data_collective": screen("rpc", "rpcutil", "get_data", "source=collective", "query=eu", "--np", "--sort", *LISTED),
    "rpc_data_unknown": screen("rpc", "rpcutil", "get_data", "source=nosuch", "query=eu", "--np", "--sort", *LISTED),

    # rpc: results and statistics
    "rpc_no_progress": screen("rpc", "rpcutil", "get_facts", "facts=os,country", "--np", "--sort", "--dt", "2"),
    "rpc_no_progress_long": screen(*GET_OS, "--no-progress", "--sort", *LISTED),
    "rpc_verbose": screen("rpc", "rpcutil", "collective_info", "-v", "--sort", "--dt", "2"),
    "rpc_quiet": screen(*GET_OS, "-q", "--sort", "--dt", "1"),
    "rpc_json": screen("rpc", "rpcutil", "get_fact", "fact=cpus", "-j", "--sort"),
    "rpc_json_verbose": screen(*GET_OS, "--json", "-v", "--sort", *LISTED),
    "rpc_failures": screen("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--sort", "--dt", "2"),
    "rpc_json_failures": screen("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "-j", "--sort"),
    "rpc_json_structures": screen("rpc", "rpcutil", "get_facts", "facts=os,country", "-j", "--sort"),
    "rpc_verbose_failures": screen("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "-v", "--sort", "--dt", "2"),
    "rpc_verbose_structures": screen("rpc", "rpcutil", "get_facts", "facts=os,country,cpus", "-v", "--sort", "--dt", "2"),
    "rpc_display_ok": screen("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--display", "ok", "--np", "--sort", "--dt", "2"),
    "rpc_display_failed": screen("rpc", "rpcutil", "ping", "--display", "failed", "--sort", "--dt", "2"),
    "rpc_display_all": screen("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--display", "all", "--np", "--sort", *LISTED),
    "rpc_display_always": screen(*GET_OS, "--display", "always", "--sort", *LISTED),
    "rpc_display_unknown": screen(*GET_OS, "--display", "some", *LISTED),
    "rpc_nobody": screen("rpc", "rpcutil", "ping", "-F", "os=Plan9", "--dt", "1"),
    "rpc_nobody_no_progress": screen("rpc", "rpcutil", "ping", "-F", "os=Plan9", "--dt", "1", "--np"),
    "rpc_nobody_verbose": screen("rpc", "rpcutil", "ping", "-F", "os=Plan9", "--dt", "1", "-v"),
    "rpc_nobody_json": screen("rpc", "rpcutil", "ping", "-F", "os=Plan9", "-j"),
    "rpc_structures": screen("rpc", "rpcutil", "agent_inventory", "-I", "node1.lab.test", of_the_originals=True),
    "rpc_select": screen(*GET_OS, "-S", "fstat('/etc/passwd').output=present and os=RedHat", "--dt", "1"),
    "rpc_colourless": screen("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--sort", *LISTED, config="color = 0\n"),
    "rpc_stdin": screen("rpc", "rpcutil", "get_fact", "fact=country", "--sort", stdin="node2.lab.test\nnode1.lab.test\n"),
    "rpc_stdin_json": screen(*GET_OS, "--sort", "--np", stdin='[{"agent":"rpcutil","sender":"node2.lab.test","data":{"a":[1]}}]'),

    # silent nodes
    "rpc_silent": screen(*GET_OS, "-t", "1", "--nodes", "{data}/ghosts.txt", **MISSING),
    "rpc_silent_verbose": screen(*GET_OS, "--timeout", "1", "--nodes", "{data}/ghosts.txt", "-v", **MISSING),
    "rpc_silent_json": screen(*GET_OS, "-t", "1", "--nodes", "{data}/ghosts.txt", "-j", why="missing nodes stand behind the replies",
                              aside=r',\{[^{}]*"missing":[^\n]*(?=\]\n)|' + ERRORS, ours=r'"missing":"ghost4.lab.test","reason":"never_seen"'),
    "rpc_silent_named": screen(*GET_OS, "-t", "1", *SILENT, "--np", **MISSING),
    "rpc_silent_some_named": screen(*GET_OS, "-t", "1", *SILENT, "-I", "node2.lab.test", **MISSING),
    "facts_silent": screen("facts", "os", "-t", "1", "--nodes", "{data}/ghosts.txt", **MISSING),
    "inventory_silent": screen("inventory", "ghost1.lab.test", "-t", "1"),

    # limits and batches
    "limit": screen(*GET_OS, "--limit", "2", "--sort", *LISTED),
    "limit_nodes": screen(*GET_OS, "--limit-nodes", "1", *LISTED),
    "limit_more_than_there_are": screen(*GET_OS, "--ln", "9", "--sort", *LISTED),
    "limit_zero": screen(*GET_OS, "--limit", "0", *LISTED, why="a limit of 0 finds nobody", aside=".*", ours="^exit 1"),
    "limit_percent": screen(*GET_OS, "--limit", "67%", "--sort", *LISTED, **LIMITED),
    "limit_percent_small": screen(*GET_OS, "--limit", "1%", "--sort", "-v", *LISTED, **LIMITED),
    "limit_bad": screen(*GET_OS, "--limit", "some", *LISTED, **PLACE, ours=r"Invalid limit specified: some"),
    "one": screen(*GET_OS, "-1", *LISTED),
    "one_long": screen(*GET_OS, "--one", "-v", *NAMED, **LIMITED),
    "limit_random": screen("rpc", "rpcutil", "get_facts", "facts=country", "--limit", "2", "--limit-seed", "42", "-v", "--sort", *LISTED,
                           config=RANDOM, **LIMITED),
    "limit_random_seven": screen(*GET_OS, "--limit", "4", "--limit-seed", "7", "-t", "1", "--np", "--nodes", "{data}/many.txt", config=RANDOM,
                                 **CHOSEN, ours=r"No response from.*\n\n +n\d+"),
    "limit_random_percent": screen(*GET_OS, "--limit", "50%", "--limit-seed", "0x2a", "-t", "1", "--np", "--nodes", "{data}/many.txt",
                                   config=RANDOM, **CHOSEN),
    "batch": screen(*GET_OS, "--batch", "2", "--batch-sleep", "0.1", "--sort", *LISTED),
    "batch_verbose": screen(*GET_OS, "--batch", "1", "--batch-sleep", "0", "--sort", "-v", *LISTED),
    "batch_percent": screen(*GET_OS, "--batch", "50%", "--batch-sleep", "0.1", "--sort", "--np", *LISTED),
    "batch_zero": screen(*GET_OS, "--batch", "0", "--sort", *LISTED),
    "batch_zero_percent": screen(*GET_OS, "--batch", "0%", *LISTED),
    "batch_bad": screen(*GET_OS, "--batch", "some", *LISTED),
    "batch_json": screen(*GET_OS, "--batch", "2", "--batch-sleep", "0", "--sort", "-j", *LISTED),
    "batch_silent": screen(*GET_OS, "--batch", "3", "--batch-sleep", "0", "-t", "1", "--nodes", "{data}/ghosts.txt", **MISSING),
    "batch_unattended": screen(*GET_OS, "--batch", "2", "--nr", *LISTED),
    "batch_configured": screen(*GET_OS, "--sort", *LISTED, config="default_batch_size = 2\ndefault_batch_sleep_time = 0.1\n"),
    "batch_and_limit": screen(*GET_OS, "--batch", "1", "--limit", "2", "--sort", *LISTED),

    # times and how to parse
    "ttl": screen(*GET_OS, "--ttl", "30", "--sort", *LISTED),
    "ttl_of_discovery": find("--ttl", "abc"),
    "threaded": screen(*GET_OS, "--threaded", "--publish_timeout", "1", "--connection-timeout", "5", "--sort", *LISTED),
    "number_hexadecimal": screen(*GET_OS, "-t", "0x2", "--sort", *LISTED),
    "number_binary": find("--dt", "0b1"),
    "number_octal": find("--dt", "01"),
    "number_grouped": screen(*GET_OS, "-t", "1_0", "--sort", *LISTED),
    "bad_timeout": screen("find", "-t", "abc"),
    "bad_timeout_real": screen("find", "--timeout", "1.5"),
    "bad_timeout_empty": screen("find", "--timeout", ""),
    "bad_timeout_equals": screen("find", "-t=3"),
    "bad_discovery_timeout": screen("find", "--dt", "1s"),
    "bad_publish_timeout": screen("find", "--publish_timeout", "x"),
    "bad_connection_timeout": screen("find", "--connection-timeout", "x"),
    "bad_limit_seed": screen("rpc", "rpcutil", "ping", "--limit-seed", "x"),
    "bad_batch_sleep": screen("rpc", "rpcutil", "ping", "--batch-sleep", "x"),
    "bad_option": screen("rpc", "rpcutil", "ping", "--nosuchoption"),
    "bad_option_short": screen("find", "-X"),
    "bad_option_ambiguous": screen("find", "--disc", "mc"),
    "bad_option_missing_value": screen("find", "-F"),
    "bad_option_missing_value_long": screen("find", "--timeout"),
    "bad_option_needless_value": screen("rpc", "--sort=yes"),
    "bad_option_needless_value_early": screen("find", "--verbose=yes", why="no class names of Ruby", aside=ERRORS,
                                              ours="needless argument: --verbose=yes"),
    "bad_option_of_another": screen("ping", "--arg", "x=y"),
    "bad_option_excluded": screen("describe_filter", "--dt", "1"),
    "bad_option_verbose": screen("find", "-v", "--nosuchoption"),
    "bad_input_verbose": screen("rpc", "rpcutil", "get_fact", "-v", why="no backtrace", aside=r"\n(\n\x1b\[31m[^\n]*\x1b\[1m.*)?$"),
    "bad_action": screen("rpc", "rpcutil", "nosuchaction"),
    "bad_input": screen("rpc", "rpcutil", "get_fact"),
    "bad_fact": screen("find", "-F", "os"),
    "bad_fact_empty": screen("find", "-F", "os="),
    "bad_select": screen("find", "-S", "(os=Debian and", **PLACE, ours=r"Parse errors found while parsing -S input .*: at character 12: "),
    "bad_select_operators": screen("find", "-S", "os=Debian and or base", **PLACE,
                                   ours=r"Parse errors found while parsing -S input .*: at character 15: "),
    "bad_select_closed": screen("find", "-S", "os=Debian)", **PLACE, ours=r"Missing parenthesis found while parsing -S input .*: at character 10: "),
    "bad_select_data": screen("find", "-S", "nosuch('x').y=1"),
    "bad_select_field": screen("find", "-S", "fstat('/etc/passwd').nosuch=1", why="the original fails in its own message", aside=FAILURE,
                               ours=r"Data plugin 'fstat\(\)' does not return a 'nosuch' value"),
    "bad_select_without_input": screen("find", "-S", "fstat().size=1"),
    "prefix": screen("rpc", "rpcutil", "get_fact", "fact=country", "--verb", "--sor", "--node", "{data}/two.txt"),
    "prefix_equals": screen(*GET_OS, "--dis=ok", "--no-p", "--sort", *LISTED),
    "clusters": screen(*GET_OS, "-vjt2", "--sort", *LISTED),
    "clusters_attached": screen("find", "-vInode1.lab.test"),
    "clusters_fact": find("-Fos=Debian", "-Cbase"),
    "extra_options": screen(*GET_OS, *LISTED, env={"MCOLLECTIVE_EXTRA_OPTS": "--np --sort -v"}),
    "extra_options_overridden": screen("find", "-q", "-I", "node2.lab.test", env={"MCOLLECTIVE_EXTRA_OPTS": "-v -I 'node1.lab.test'"}),
    "extra_options_bad": screen("find", env={"MCOLLECTIVE_EXTRA_OPTS": "--nosuchoption"}),
    "double_dash": screen("find", "-I", "node1.lab.test", "--", "-v", "--nosuchoption", why="surplus words are refused", aside=r"(?s).*",
                          ours="does not take the word '-v'"),
    "interleaved": screen("rpc", "--np", "rpcutil", "--sort", "get_fact", *LISTED, "fact=os"),

    # facts
    "facts": arriving("facts", "os"),
    "facts_verbose": arriving("facts", "country", "-v", "--dt", "2"),
    "facts_filtered": screen("facts", "cpus", "-F", "country=uk", "--dt", "1"),
    "facts_json": screen("facts", "os", "-j", *LISTED, why="--json prints JSON", aside=OUT, ours=r'^exit 0\n--- stdout\n\[\{"fact":"os"'),
    "facts_unknown": screen("facts", "nosuchfact"),
    "facts_nobody": screen("facts", "os", "-F", "os=Plan9", "--dt", "1"),
    "facts_usage": screen("facts"),
    "facts_bad_name": screen("facts", "a b"),
    "facts_limited": screen("facts", "os", "--limit", "1", *LISTED),
    "facts_batch": screen("facts", "os", "--batch", "2", "--batch-sleep", "0", *LISTED),
    "facts_reply_to": screen("facts", "os", "--reply-to", "/queue/mcollective.reply.elsewhere", *LISTED, aside=".*",
                             why="a report without replies is refused instead of printed",
                             ours="^exit 1\n(?s:.)*--reply-to works with 'mco rpc' only"),
    "facts_sorted": screen("facts", "country", "-v", "--sort", *LISTED),

    # inventory
    "inventory": screen("inventory", "node1.lab.test"),
    "inventory_usage": screen("inventory", why="there are more reports", aside=FAILURE, ours="--list-collectives, --collective-graph, --script"),
    "inventory_collectives": screen("inventory", "--list-collectives", "--dt", "1"),
    "inventory_collectives_short": screen("inventory", "--lc", "-F", "os=RedHat", "--dt", "1"),
    "inventory_collectives_nobody": screen("inventory", "--lc", "-F", "os=Plan9", "--dt", "1"),
    "inventory_graph": screen("inventory", "--collective-graph", "{data}/graph.dot", "--sort", "--dt", "1", arrival=True, reads="graph.dot"),
    "inventory_graph_short": screen("inventory", "--cg", "{data}/graph.dot", "--sort", *LISTED, arrival=True, reads="graph.dot"),
    "inventory_map": screen("inventory", "--map", "{data}/graph.dot", "-I", "node1.lab.test", reads="graph.dot"),
    "inventory_script": screen("inventory", "--script", "{data}/report.mco", "--dt", "1", arrival=True),
    "inventory_script_missing": screen("inventory", "--script", "{data}/nosuch.mco"),
    "inventory_script_incomplete": screen("inventory", "--script", "{data}/nothing.mco", "--dt", "1", **PLACE, ours=r"nothing.mco:1: .*fields"),
    "inventory_precedence": screen("inventory", "node1.lab.test", "--lc", "--map", "{data}/graph.dot", "--script", "{data}/report.mco",
                                   "-I", "node2.lab.test"),

    # what needs no node
    "describe_nothing": screen("describe_filter"),
    "describe_filter": screen("describe_filter", "-S", "(os=Debian and not base) or fstat('/etc/x').size>10", "-F", "cpus>=4", "-C", "/web/"),
    "describe_with": screen("describe_filter", "-W", "os=Debian base cpus<=4"),
    "describe_long": screen("describe_filter", "--with-fact", "os=/Deb/", "--with-class", "base", "--select", "fstat('/etc/x').output=present"),
    "describe_ignored": screen("describe_filter", "-I", "node1", "-A", "rpcutil", why="filters for agents and names are explained, too", aside=OUT,
                               ours="identity of the host is 'node1'"),
    "describe_bad": screen("describe_filter", "-F", "os"),
    "completion_agents": screen("completion", "--list-agents", why="our agents are more", aside=OUT, ours="(?m)^rpcutil$"),
    "completion_actions": screen("completion", "--list-actions", "--agent", "rpcutil"),
    "completion_nothing": screen("completion", "--list-actions", "--agent", "nosuch"),
    "completion_inputs": screen("completion", "--list-inputs", "--agent", "rpcutil", "--action", "get_data"),
    "completion_inputs_unknown": screen("completion", "--list-inputs", "--agent", "rpcutil", "--action", "nosuch"),
    "completion_applications": screen("completion", "--list-applications", why="our applications are more", aside=OUT,
                                      ours="(?m)^rpc$"),
    "completion_descriptions": screen("completion", "--list-actions", "--agent", "rpcutil", "-v", why="our own texts", aside=OUT,
                                      ours="(?m)^ping:."),
    "completion_usage": screen("completion", **MORE_LISTS),
    "completion_two": screen("completion", "--list-agents", "--list-actions", **MORE_LISTS),
    "completion_without_agent": screen("completion", "--list-actions"),
    "completion_without_action": screen("completion", "--list-inputs", "--agent", "rpcutil"),
    "plugin_unknown": screen("plugin", "doc", "nosuch"),
    "plugin_nothing": screen("plugin"),
    "plugin_bad": screen("plugin", "nosuch"),
    "plugin_list": screen("plugin", "doc", why="our plug-ins are more", aside=OUT, ours=r"Agents:\n(  \w+ +.*\n)*  rpcutil  +\w"),
    "plugin_agent": screen("plugin", "doc", "agent/rpcutil", why="our own texts", aside=OUT, ours=r"ACTIONS:\n========"),
    "plugin_data": screen("plugin", "doc", "fstat", why="our own texts", aside=OUT, ours=r"QUERY FUNCTION INPUT:"),
    "plugin_of_another_type": screen("plugin", "doc", "data/rpcutil"),
    "plugin_unknown_type": screen("plugin", "doc", "nosuch/rpcutil"),
    "help_unknown": screen("help", "nosuch", why="no names of Ruby files", aside=ERRORS, ours="There is no command 'nosuch'"),
    "version": screen("find", "--version", why="another version", aside=OUT, ours=r"\d+\.\d+\.\d+\n"),
    "unknown_command": screen("nosuch", why="our own table of commands", aside=OUT, ours="nosuch"),
    "unknown_command_dash": screen("-v", why="our own table of commands", aside=OUT, ours="-v"),

    "config_missing": screen("find", "-c", "/nonexistent/client.cfg", why="what to write into it, and no class names of Ruby", aside=ERRORS,
                             ours="cannot read /nonexistent/client.cfg: No such file"),
    "config_bad": screen("find", config="ttl = many\n", why="the file and the line", aside=ERRORS, ours=r":\d+: ttl must be an integer"),
    "config_unknown": screen("find", "-I", "node1.lab.test", config="nosuchkey = 1\n", why="a warning, not the end", aside=".*",
                             ours=r"^exit 0\n--- stdout\nnode1.lab.test\n(?s:.)*'nosuchkey' is not a setting known here"),
    "screen_of_application": screen("rpc", "--help", why="help is printed into pipes, too", aside=OUT,
                                    ours=r"Usage: mco rpc .*\n(?s:.)*--no-results"),
    "screen_of_application_short": screen("find", "-h", why="help is printed into pipes, too", aside=OUT, ours="Host Filters"),

    # a terminal
    "terminal_progress": screen(*GET_OS, *LISTED, "--sort", terminal=True, env=WIDE),
    "terminal_progress_narrow": screen(*GET_OS, *LISTED, "--sort", terminal=True, env={"COLUMNS": "60", "LINES": "20"}),
    "terminal_json": screen(*GET_OS, *LISTED, "--sort", "-j", terminal=True, env=WIDE),
    "terminal_batch": screen(*GET_OS, *LISTED, "--sort", "--batch", "2", "--batch-sleep", "0", terminal=True, env=WIDE),
}
