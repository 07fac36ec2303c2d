# Completion of mco for bash, loaded by bash-completion. What may stand next the program itself says.

_mco()
{
    local cur words cword
    # Without -n, bash takes = and : for ends of words; inputs and class names contain them.
    _get_comp_words_by_ref -n =: cur words cword || return

    local -a answer
    mapfile -t answer < <("${1/#\~/$HOME}" completion --complete -- "${words[@]:1:cword}" 2>/dev/null)
    COMPREPLY=()
    if [[ ${answer[0]-} == :files ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "${cur#--*=}")
        return
    fi

    # Readline replaces only what follows the last = or :, as far as those end words.
    local kept=$cur
    [[ $COMP_WORDBREAKS == *=* ]] || kept=${kept//=/}
    [[ $COMP_WORDBREAKS == *:* ]] || kept=${kept//:/}
    if [[ $kept == *[=:]* ]]; then
        kept=${cur%"${cur##*[=:]}"}
    else
        kept=
    fi

    local line
    for line in "${answer[@]}"; do
        line=${line%%$'\t'*}
        line=${line#"$kept"}
        [[ $line == *= ]] && compopt -o nospace 2>/dev/null
        printf -v line %q "$line"
        COMPREPLY+=("${line//\\=/=}")
    done
}

complete -F _mco mco
