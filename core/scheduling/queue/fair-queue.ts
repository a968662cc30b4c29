import { Heap, type HeapNode } from '../../base/heap.ts';
import { Chain, type Linked } from './chain.ts';

/** Of what is fair to whom: a run belongs to a client, and the lower ticket came first. */
export interface Owned {
  readonly client: string;
  readonly run: string;
  readonly ticket: number;
}

/** The calls of one run; there is one only while it has any. */
interface Run<Call> extends Linked<Run<Call>> {
  readonly name: string;
  readonly calls: Heap<Call>;
}

/** The runs of one client that have calls; there is one only while it has any. */
interface Client<Call> extends Linked<Client<Call>> {
  readonly name: string;
  readonly runs: Turns<Run<Call>>;
  size: number;
}

/**
 * Calls in a fair order: the clients take turns, in a client's turn the next of its runs has it, and in a run's turn the
 * call that came first goes. So before the first call of a run go at most one of each other run of its client for every
 * turn of the client, and at most one of each other client for every turn of its own, however many calls the others
 * have and whatever comes later. All steps are O(log n), n of one run.
 */
export class FairQueue<Call extends Owned> {
  private readonly clients = new Turns<Client<Call>>();
  private calls = 0;

  get size(): number {
    return this.calls;
  }

  get first(): Call | undefined {
    return this.clients.first?.runs.first?.calls.first;
  }

  /** What comes back is for `remove`. */
  add(call: Call): HeapNode<Call> {
    const client = this.clients.get(call.client) ?? this.clients.join(newClient(call.client));
    const run = client.runs.get(call.run) ?? client.runs.join(newRun(call.run));
    client.size++;
    this.calls++;
    return run.calls.push(call);
  }

  /** Takes a call out that is in this queue; it need not be the first, and no turn passes. */
  remove(node: HeapNode<Call>): void {
    const client = this.clients.get(node.member.client);
    const run = client?.runs.get(node.member.run);
    if (!client || !run?.calls.remove(node)) throw new Error(`call ${node.member.ticket} does not wait here`);
    client.size--;
    this.calls--;
    if (run.calls.size === 0) client.runs.leave(run);
    if (client.size === 0) this.clients.leave(client);
  }

  /** Ends the turn of the client and the run that have it. */
  endTurn(): void {
    this.clients.first?.runs.endTurn();
    this.clients.endTurn();
  }

  /** At most so many go before a call that comes to that run now. */
  before({ client: clientName, run: runName }: Pick<Owned, 'client' | 'run'>): number {
    const client = this.clients.get(clientName);
    const earlier = client?.runs.get(runName)?.calls.size ?? 0;
    const otherRuns = client ? client.runs.size - (earlier > 0 ? 1 : 0) : 0;
    const ofClient = Math.min(client?.size ?? 0, earlier + otherRuns * (earlier + 1));
    const otherClients = this.clients.size - (client ? 1 : 0);
    return ofClient + Math.min(this.calls - (client?.size ?? 0), otherClients * (ofClient + 1));
  }
}

/** Named members that have their turns in the order in which they joined, over and over. */
class Turns<Member extends Linked<Member> & { readonly name: string }> {
  private readonly order = new Chain<Member>();
  /** Only from the second member on: most clients have one run. */
  private byName: Map<string, Member> | undefined;
  private members = 0;

  get size(): number {
    return this.members;
  }

  get first(): Member | undefined {
    return this.order.first;
  }

  get(name: string): Member | undefined {
    if (this.byName) return this.byName.get(name);
    return this.first?.name === name ? this.first : undefined;
  }

  join(member: Member): Member {
    if (this.first) this.byName ??= new Map([[this.first.name, this.first]]);
    this.byName?.set(member.name, member);
    this.order.append(member);
    this.members++;
    return member;
  }

  leave(member: Member): void {
    this.order.remove(member);
    this.byName?.delete(member.name);
    this.members--;
    if (this.members === 0) this.byName = undefined;
  }

  endTurn(): void {
    const { first } = this;
    if (!first) return;
    this.order.remove(first);
    this.order.append(first);
  }
}

function newClient<Call extends Owned>(name: string): Client<Call> {
  return { name, runs: new Turns(), size: 0, previous: undefined, next: undefined };
}

function newRun<Call extends Owned>(name: string): Run<Call> {
  return { name, calls: new Heap<Call>(cameBefore), previous: undefined, next: undefined };
}

function cameBefore(one: Owned, other: Owned): boolean {
  return one.ticket < other.ticket;
}
