/**
 * Scripts that make shells ask `kubectl __complete` for candidates. They understand the directives of cobra: bit 2, no
 * space behind the word; bit 4, no file names; bit 8, candidates are extensions of files.
 */
export const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# bash completion for kubectl
_kubectl() {
    local word="\${COMP_WORDS[COMP_CWORD]}" lines directive line
    # An equals sign or a colon breaks a word for bash, but not for kubectl.
    local typed="\${COMP_LINE:0:COMP_POINT}" words
    read -r -a words <<<"$typed"
    [[ "$typed" == *[[:space:]] ]] && words+=("")
    lines=$("\${words[0]}" __completeNoDesc "\${words[@]:1}" 2>/dev/null) || return
    directive=\${lines##*:}
    lines=\${lines%:*}
    COMPREPLY=()
    if ((directive & 8)); then
        compopt -o filenames 2>/dev/null
        local pattern
        pattern=$(tr '\\n' '|' <<<"$lines")
        while IFS= read -r line; do
            [[ -d "$line" || "$line" =~ \\.(\${pattern%%|})$ ]] && COMPREPLY+=("$line")
        done < <(compgen -f -- "$word")
        return
    fi
    local last="\${words[\${#words[@]}-1]}" cut=""
    [[ "$last" != "$word" && "$last" == *"$word" ]] && cut="\${last%"$word"}"
    while IFS= read -r line; do
        [[ -n "$line" ]] && COMPREPLY+=("\${line#"$cut"}")
    done <<<"$lines"
    ((directive & 2)) && compopt -o nospace 2>/dev/null
    ((directive & 4)) || { [[ \${#COMPREPLY[@]} -eq 0 ]] && compopt -o default 2>/dev/null; }
}
complete -F _kubectl kubectl
`,
  zsh: `#compdef kubectl
compdef _kubectl kubectl
# zsh completion for kubectl
_kubectl() {
    local -a lines candidates
    local line directive name meaning
    lines=("\${(@f)$(\${words[1]} __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
    directive=\${lines[-1]#:}
    lines=("\${(@)lines[1,-2]}")
    if (( directive & 8 )); then
        _files -g "*.(\${(j:|:)lines})"
        return
    fi
    for line in "\${lines[@]}"; do
        [[ -z $line ]] && continue
        name=\${line%%$'\\t'*}
        meaning=\${line#*$'\\t'}
        name=\${name//:/\\\\:}
        [[ $line == *$'\\t'* ]] && candidates+=("$name:$meaning") || candidates+=("$name")
    done
    if (( \${#candidates} > 0 )); then
        if (( directive & 2 )); then _describe kubectl candidates -S ''; else _describe kubectl candidates; fi
    elif (( ! (directive & 4) )); then
        _files
    fi
}
# Loaded by autoload, the file is the function; sourced, it only defines it.
if [ "$funcstack[1]" = "_kubectl" ]; then
    _kubectl
fi
`,
  fish: `# fish completion for kubectl
function __kubectl_candidates
    set -l words (commandline -opc)
    set -l lines ($words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)
    set -l directive (string replace ':' '' -- $lines[-1])
    if test (math "floor($directive / 8) % 2") -eq 1
        __fish_complete_path (commandline -ct)
        return
    end
    if test (count $lines) -gt 1
        printf '%s\\n' $lines[1..-2]
    else if test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path (commandline -ct)
    end
end
complete -c kubectl -e
complete -c kubectl -f -a '(__kubectl_candidates)'
`,
  powershell: `# powershell completion for kubectl
Register-ArgumentCompleter -Native -CommandName 'kubectl' -ScriptBlock {
    param($word, $ast, $position)
    $typed = @($ast.CommandElements | ForEach-Object { $_.ToString() })
    $arguments = @($typed | Select-Object -Skip 1)
    if ($word -eq '') { $arguments += '""' }
    $lines = @(& $typed[0] __complete @arguments 2>$null)
    if ($lines.Count -eq 0) { return }
    $lines | Select-Object -SkipLast 1 | ForEach-Object {
        $name, $meaning = $_ -split "\`t", 2
        if (-not $meaning) { $meaning = $name }
        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $meaning)
    }
}
`,
};
