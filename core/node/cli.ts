import { enableCompileCache } from 'node:module';

// The types are stripped and the code is compiled once, not at every start: it halves the time to the first word.
enableCompileCache();
const { program } = await import('./cli/program.ts');
await program.parseAsync();
