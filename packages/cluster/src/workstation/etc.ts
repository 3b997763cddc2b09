/** What every shell of the workstation reads first. */
const BASHRC = `# What every shell of this machine starts with; ~/.bashrc comes after it.
PS1='\\[\\e[1;36m\\]\\w\\[\\e[0m\\] \\$ '
HISTFILE=~/.bash_history
alias k=kubectl
alias ll='ls -l'
complete -o default -F __start_kubectl kubectl
complete -o default -F __start_kubectl k
`;

/** Text files of the workstation, by path. */
export function etcFiles({
  hostname,
  address,
}: {
  readonly hostname: string;
  readonly address: string;
}): Readonly<Record<string, string>> {
  return {
    '/etc/bash.bashrc': BASHRC,
    '/etc/group': 'root:x:0:\nnobody:x:65534:\n',
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${address}\t${hostname}\n`,
    '/etc/os-release': 'PRETTY_NAME="Tabernetes workstation"\nNAME="Tabernetes"\nID=tabernetes\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n',
    '/etc/resolv.conf': 'nameserver 172.18.0.1\n',
  };
}
