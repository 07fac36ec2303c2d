# Completion of mco for fish. What may stand next the program itself says.

function __mco_words
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l word (commandline --current-token --cut-at-cursor)
    set -l answer (command $words[1] completion --complete -- $words[2..] $word 2>/dev/null)
    if test "$answer[1]" = :files
        __fish_complete_path (string replace --regex '^--[^=]*=' '' -- $word)
        return
    end
    printf '%s\n' $answer
end

complete --command mco --no-files --arguments '(__mco_words)'
