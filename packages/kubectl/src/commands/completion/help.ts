import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  completion: {
    short: 'Print a script that makes a shell complete kubectl lines (bash, zsh, fish, or powershell)',
    long: `Print a script that makes a shell complete kubectl lines: bash, zsh, fish, or powershell. The shell must read it, for instance from .bash_profile.`,
    examples: [
      ['Complete in this bash', 'source <(kubectl completion bash)'],
      ['Complete in every bash from now on', "echo 'source <(kubectl completion bash)' >> ~/.bashrc"],
      ['Complete in this zsh', 'source <(kubectl completion zsh)'],
      ['Complete in every zsh from now on', `kubectl completion zsh > "\${fpath[1]}/_kubectl"`],
      ['Complete in this fish', 'kubectl completion fish | source'],
      ['Complete in every fish from now on', 'kubectl completion fish > ~/.config/fish/completions/kubectl.fish'],
      ['Complete in this powershell', 'kubectl completion powershell | Out-String | Invoke-Expression'],
    ],
  },
};
