import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  rollout: {
    short: 'Manage the rollout of an object',
    examples: [
      ['Go back to the revision before', 'kubectl rollout undo deployment/web'],
      ['Follow a rollout', 'kubectl rollout status deployment/web'],
    ],
  },
  'rollout history': {
    short: 'View rollout history',
    examples: [['List revisions', 'kubectl rollout history deployment/web']],
    flags: { revision: 'Revision to look at; 0 is the newest.' },
  },
  'rollout pause': {
    short: 'Mark the provided object as paused',
    examples: [['Pause a Deployment', 'kubectl rollout pause deployment/web']],
  },
  'rollout restart': {
    short: 'Restart an object',
    examples: [['Make all Pods anew', 'kubectl rollout restart deployment/web']],
  },
  'rollout resume': {
    short: 'Resume a paused object',
    examples: [['Let a Deployment go on', 'kubectl rollout resume deployment/web']],
  },
  'rollout status': {
    short: 'Show the status of the rollout',
    examples: [['Follow a rollout', 'kubectl rollout status deployment/web']],
    flags: {
      revision: 'Revision to look at; 0 is the newest.',
      timeout: 'How long to follow; zero means for ever.',
      watch: 'Follow the rollout until it is done.',
    },
  },
  'rollout undo': {
    short: 'Undo a previous rollout',
    examples: [['Back to revision 3', 'kubectl rollout undo deployment/web --to-revision=3']],
    flags: { 'to-revision': 'Revision to go back to; 0 is the one before.' },
  },
};
