import type { Candidate, Candidates } from './picker.ts';

/** A list that looks at each candidate when it is first asked for, and never again. */
export function lazyCandidates(size: number, look: (index: number) => Candidate): Candidates {
  return new LazyCandidates(size, look);
}

class LazyCandidates implements Candidates {
  readonly size: number;
  private readonly look: (index: number) => Candidate;
  private readonly seen: (Candidate | undefined)[];

  constructor(size: number, look: (index: number) => Candidate) {
    this.size = size;
    this.look = look;
    this.seen = Array<Candidate | undefined>(size);
  }

  at(index: number): Candidate {
    return (this.seen[index] ??= this.look(index));
  }
}
