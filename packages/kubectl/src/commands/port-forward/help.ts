import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  'port-forward': {
    short: 'Forward one or more local ports to a pod',
    examples: [['Port 8080 here leads to port 80 there', 'kubectl port-forward service/web 8080:80']],
    flags: { address: 'Addresses to listen on, comma-separated: IP addresses or localhost.' },
  },
};
