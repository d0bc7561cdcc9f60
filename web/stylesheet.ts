/**
 * The look of the patient's page and the desk. It stands in the page itself, so that nothing else has to be fetched on a bad line, and
 * the content security policy names it by its hash; `test/web` fails when the two part.
 */
export const stylesheet = `
:root{color-scheme:light dark;--back:#f3f5f4;--card:#fff;--ink:#16212a;--soft:#465560;--line:#c3ccd1;--edge:#6b7a85;--accent:#0b5a5f;--on-accent:#fff;--tint:#e4f0ef;--alarm:#9c1c13;--alarm-back:#fdeceb;--note-back:#fdf4dc;--note-line:#8a6100}
@media (prefers-color-scheme:dark){:root{--back:#10171b;--card:#19232a;--ink:#eef3f5;--soft:#b8c5cd;--line:#3a4a54;--edge:#8b9aa5;--accent:#86d9d0;--on-accent:#06302d;--tint:#1d3536;--alarm:#ffb4ab;--alarm-back:#3d1512;--note-back:#33290f;--note-line:#e0b84f}}
*{box-sizing:border-box}
html{font-size:112.5%;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--back);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
header,main,footer{width:100%;max-width:36rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.25rem;color:var(--soft)}
header p{margin:0;font-weight:600;color:var(--ink)}
main{padding-top:1rem;padding-bottom:1rem}
footer{padding-bottom:2.5rem;color:var(--soft)}
h1,h2,h3{line-height:1.25;text-wrap:balance}
h1{font-size:1.5rem;margin:0}
h2{font-size:1.2rem;margin:0 0 .5rem}
h3{font-size:1rem;margin:0}
.ask{font-size:1.5rem}
.lines{white-space:pre-line}
.card{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:1.25rem;margin:0 0 1rem}
.where{margin:.1rem 0 0;display:flex;align-items:center;gap:.75rem}
.where progress{flex:1;max-width:10rem;height:.5rem;accent-color:var(--accent)}
.notice{border-radius:.75rem;border:2px solid var(--note-line);background:var(--note-back);padding:.85rem 1rem;margin:0 0 1rem;white-space:pre-line}
.notice.alarm{border-color:var(--alarm);background:var(--alarm-back);font-weight:600}
.notice.calm{border-color:var(--line);background:var(--tint)}
.notice p{margin:0}
form{margin:0}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend{padding:0;margin:0 0 .35rem;display:block}
h1 label,h3 label{display:block}
.hint{margin:0 0 .75rem;color:var(--soft);white-space:pre-line}
.choices{display:grid;gap:.6rem;margin:.75rem 0 1rem}
.choice{display:flex;align-items:center;gap:.85rem;min-height:3.1rem;padding:.6rem .9rem;border:2px solid var(--edge);border-radius:.7rem;cursor:pointer}
.choice:has(:checked){border-color:var(--accent);background:var(--tint)}
.choice input{flex:none;width:1.5rem;height:1.5rem;margin:0;accent-color:var(--accent)}
.choice:has(:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
.field{display:block;width:100%;margin:.5rem 0 1rem;padding:.7rem .8rem;font:inherit;color:var(--ink);background:var(--card);border:2px solid var(--edge);border-radius:.7rem;min-height:3.1rem}
textarea.field{min-height:8rem;resize:vertical}
input[type=date].field,input[type=time].field{max-width:14rem}
.own{display:block;margin-top:.25rem}
button{font:inherit;border-radius:.7rem;min-height:3.1rem;padding:.6rem 1.1rem;cursor:pointer}
.send{width:100%;border:2px solid var(--accent);background:var(--accent);color:var(--on-accent);font-weight:700}
.ways{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.25rem 0 0;padding-top:1.25rem;border-top:1px solid var(--line)}
.ways button{border:1px solid var(--edge);border-radius:2rem;background:var(--tint);color:var(--ink)}
.choice:hover,.ways button:hover{border-color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (min-width:34rem){.send{width:auto;min-width:9rem}}
.desk header,.desk main,.desk footer{max-width:48rem}
.desk h1{font-size:1.6rem;color:var(--ink)}
.desk .top{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;justify-content:space-between;align-items:baseline}
.facts{margin:.25rem 0 0;color:var(--soft)}
.mark{display:inline-block;border:1px solid var(--note-line);background:var(--note-back);color:var(--ink);border-radius:1rem;padding:.05rem .7rem}
.told{list-style:none;margin:0;padding:0}
.told li{padding:.85rem 0;border-top:1px solid var(--line)}
.told li:first-child{border-top:0;padding-top:.25rem}
.told p{margin:.1rem 0 0;white-space:pre-line}
.notice .told{font-weight:400}
.facts{margin-bottom:.75rem}
.told .asked,.told .label{color:var(--soft)}
.told .answer{font-weight:650}
.told .how{color:var(--soft)}
.told .was{border-inline-start:4px solid var(--note-line);padding-inline-start:.6rem;margin-top:.35rem}
.plain{margin:0 0 1rem;padding-inline-start:1.2rem}
.told .ways{margin-top:.5rem;padding-top:0;border-top:0}
form+h3,ul+h3,p+h3{margin-top:1.25rem}
.told~form{margin-top:1rem}
details{margin-top:.5rem}
summary{cursor:pointer;padding:.6rem 0;color:var(--accent)}
a{color:var(--accent)}
@media print{.ways,.send,.choices,.field{display:none}}
`;

/** As it stands in `style-src`. */
export const stylesheetHash = "'sha256-xnU+2i9p8mavZqkUS7qxlfJPBtsQfhkgT/plu5N9qFc='";
