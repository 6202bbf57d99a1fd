import re,sys
t=open(sys.argv[1]).read()
op,rest=t.split('#####',1)
W=int(sys.argv[2]) if len(sys.argv)>2 else 260
parts=rest.split('#####')
for p in parts:
    lines=p.split('\n')
    print('##'+lines[0])
    out=[];doc=None
    for l in lines[1:]:
        ind=len(l)-len(l.lstrip())
        s=l.strip()
        if re.match(r'(sequence|parallel|fetch |entities |if |by )',s): 
            if doc: out.append(doc[:W]); doc=None
            out.append(' '*ind+s)
        elif s:
            doc=(doc+' '+s) if doc else ' '*ind+'> '+re.sub(r'^query.*_entities.*','',s)
    if doc: out.append(doc[:W])
    print('\n'.join(out[:80]))
