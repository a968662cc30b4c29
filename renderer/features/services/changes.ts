import type { ApiRequestInit } from '../../../core/api/client.ts';
import type {
  DecideProposal,
  InstanceInfo,
  ProposalInfo,
  SetBreaker,
  UpdateInstance,
} from '../../../core/api/contract.ts';

type InstanceVerb = 'isolate' | 'restore' | 'maintain' | 'resume' | 'remove';

/** What a person can change about an instance, by its name, or do with a proposal, by its id. */
export type Change =
  | { readonly verb: InstanceVerb; readonly name: string }
  | { readonly verb: DecideProposal['action']; readonly name: string; readonly id: string };

/** What was changed; an instance is added by its own dialog. */
export type Done = Change | { readonly verb: 'add'; readonly name: string };

/** The verbs that turn each other back. */
const OPPOSITE = {
  isolate: 'restore',
  restore: 'isolate',
  maintain: 'resume',
  resume: 'maintain',
  add: 'remove',
} as const satisfies Partial<Record<Done['verb'], InstanceVerb>>;

/** What would take it back; nothing where it is final, or is turned back in its own place. */
export function undoOf(done: Done): Change | undefined {
  switch (done.verb) {
    case 'remove':
    case 'undo':
    case 'dismiss':
      return undefined;
    case 'apply':
      return { ...done, verb: 'undo' };
    default:
      return { verb: OPPOSITE[done.verb], name: done.name };
  }
}

/** How the host is asked for it. */
export function requestOf(change: Change): readonly [path: string, init: ApiRequestInit] {
  const instance = `/api/instances/${encodeURIComponent(change.name)}`;
  switch (change.verb) {
    case 'isolate':
    case 'restore': {
      const body: SetBreaker = { state: change.verb === 'isolate' ? 'isolated' : 'closed' };
      return [`${instance}/breaker`, { method: 'POST', body }];
    }
    case 'maintain':
    case 'resume': {
      const body: UpdateInstance = { maintenance: change.verb === 'maintain' };
      return [instance, { method: 'PATCH', body }];
    }
    case 'remove':
      return [instance, { method: 'DELETE' }];
    case 'apply':
    case 'undo':
    case 'dismiss': {
      const body: DecideProposal = { action: change.verb };
      return [`/api/proposals/${encodeURIComponent(change.id)}`, { method: 'POST', body }];
    }
  }
}

/** What can be done with an instance as it is now. */
export function changesOf({ name, breaker, maintenance, transient }: InstanceInfo): readonly Change[] {
  return [
    { verb: breaker === 'isolated' ? 'restore' : 'isolate', name },
    { verb: maintenance ? 'resume' : 'maintain', name },
    ...(transient ? [{ verb: 'remove', name } as const] : []),
  ];
}

export function decisionsOf({ id, target: name, state }: ProposalInfo): readonly Change[] {
  if (state === 'proposed') {
    return [
      { verb: 'apply', name, id },
      { verb: 'dismiss', name, id },
    ];
  }
  return state === 'applied' ? [{ verb: 'undo', name, id }] : [];
}
