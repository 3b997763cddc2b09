import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  cp: {
    short: 'Copy files and directories to and from containers',
    examples: [
      ['Into a container', 'kubectl cp ./conf web:/etc/conf'],
      ['Out of a container', 'kubectl cp web:/var/log/app.log ./app.log'],
    ],
    flags: {
      'no-preserve': 'Do not keep owner and mode of files.',
      retries: 'How often to try again when copying breaks; negative: without end.',
    },
  },
};
