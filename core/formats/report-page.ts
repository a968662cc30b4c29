/**
 * What a report looks like and does, without anything from elsewhere. The policy of the page names both by their hashes, so that
 * nothing that was recorded can run or draw, even if it came through the escaping.
 */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--back:#fbfbfa;--card:#fff;--text:#1d1d1b;--dim:#63635e;--line:#dcdcd6;--bar:#5b7fb8;--reported:#8a77b8;--bad:#c0392b;--mark:#eef1f7}
@media (prefers-color-scheme:dark){:root{--back:#161618;--card:#1e1e21;--text:#ececea;--dim:#a3a39d;--line:#38383c;--bar:#7fa3dc;--reported:#ac9bdb;--bad:#ee7f72;--mark:#262a33}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:1.5rem;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.35rem;margin:0 0 1rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:2rem 0 .6rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.6rem;margin:0}
dl div{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .7rem}
dt{color:var(--dim);font-size:.8rem}
dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
svg{display:block;width:100%;background:var(--card);border:1px solid var(--line);border-radius:.4rem}
.track{overflow:auto;max-height:32rem}
rect{fill:var(--reported);fill-opacity:.55}
text{fill:var(--text);font:9px system-ui,sans-serif}
rect.call{fill:var(--bar)}
rect.bad{fill:var(--bad)}
a:focus-visible rect,a:hover rect{stroke:var(--text)}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.3rem .6rem;width:min(20rem,100%);margin-bottom:.6rem}
details{background:var(--card);border:1px solid var(--line);border-radius:.4rem;margin-bottom:.4rem}
summary{display:grid;grid-template-columns:minmax(8rem,2fr) minmax(6rem,1.5fr) repeat(3,minmax(4.5rem,1fr));gap:.8rem;padding:.45rem .7rem;cursor:pointer;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
summary:focus-visible{outline:2px solid var(--bar)}
.bad{color:var(--bad)}
.said{border-top:1px solid var(--line);padding:.6rem .7rem}
.role{color:var(--dim);font-size:.8rem}
pre{margin:.1rem 0 .8rem;padding:.5rem .7rem;background:var(--mark);border-radius:.3rem;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,monospace}
.dim{color:var(--dim)}
@media (max-width:40rem){summary{grid-template-columns:1fr 1fr}}
`;

export const REPORT_SCRIPT = `
const calls=[...document.querySelectorAll('details')];
const filter=document.querySelector('input');
filter?.addEventListener('input',()=>{const wanted=filter.value.toLowerCase();
for(const call of calls)call.hidden=!call.textContent.toLowerCase().includes(wanted)});
const show=()=>{const call=document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(call instanceof HTMLDetailsElement){call.open=true;call.scrollIntoView()}};
addEventListener('hashchange',show);show();
`;

/** SHA-256 of the two, as a content security policy names them; a test checks that they are. */
export const REPORT_STYLE_HASH = 'sha256-Q+dLn8qpIItniqjRSwMKmst+9gXzfa2Wf2e/V/yYpkQ=';
export const REPORT_SCRIPT_HASH = 'sha256-FT/FqWV3wEHnROw5ZRdJE/Hw8aYpSpFepyVk/+FK2ck=';
