import { showKeys } from '../app/keys.ts';

const MAC = /mac/i.test(navigator.platform);

export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="keys">
      {showKeys(keys, MAC).map((key, index) => (
        <kbd key={index}>{key}</kbd>
      ))}
    </span>
  );
}
