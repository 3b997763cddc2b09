import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  label: {
    short: 'Update the labels on an object',
    examples: [
      ['Set a label', 'kubectl label pods web tier=front'],
      ['Change it', 'kubectl label --overwrite pods web tier=back'],
      ['Remove it', 'kubectl label pods web tier-'],
    ],
    flags: { list: 'Print what there is.' },
  },
  annotate: {
    short: 'Update the annotations on an object',
    examples: [
      ['Set an annotation', 'kubectl annotate pods web note="my frontend"'],
      ['Remove it', 'kubectl annotate pods web note-'],
    ],
    flags: { list: 'Print what there is.' },
  },
};
