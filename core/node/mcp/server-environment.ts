/** What any program needs to run: the variables that MCP's own SDKs pass on, and where Windows has its own. */
const NEEDED = [
  'HOME',
  'LANG',
  'LC_ALL',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
];

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment of a server's process: never all of the host's, which holds its secrets. */
export function serverEnvironment(
  host: Variables,
  { env = {}, passEnv = [] }: { readonly env?: Variables; readonly passEnv?: readonly string[] },
): Record<string, string> {
  const passed = [...NEEDED, ...passEnv].map((name) => [name, host[name]] as const);
  const entries = [...passed, ...Object.entries(env)];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
