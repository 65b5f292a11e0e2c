#!/usr/bin/env python3
"""Expected page-table work of execve's argument stack, way (b) and way (c).

way (b) = Linux 2.6.23+ : argument pages are faulted into a vma that ends at STACK_TOP_MAX
          of the new mm, then shift_arg_pages() moves the PTEs down to the final stack top.
way (c) = Viro's Dec-2009 proposal: argument pages are kept in a page-pointer array /
          chunk list and are inserted once, at the final address.

The program is an independent model (no kernel code): a page-table tree is a set of table
identifiers per level; move_page_tables() (mm/mremap.c) and free_pgd_range() (mm/memory.c) are
re-implemented from their rules in the 2.6.32 and 6.1 sources.  Every result is also checked
against the closed form  H = tables covering the high range, L = tables covering the final
range:  allocated-high = |H|, allocated-by-move = |L \\ H|, freed = |H \\ L|,
final = way (c) = |L|, peak = |H u L|   (PMD-granular moves, 6.1 x86/ppc-radix, excepted:
there a whole PTE table changes owner and is neither allocated nor freed).

ASSUMPTIONS
 A1 the N argument pages are contiguous, end exactly at the stack top, and all are populated
    (true: copy_strings() writes every byte from STACK_TOP_MAX-sizeof(void*) downwards);
    N counts the partially used lowest page and the page that holds the 8-byte hole on top.
 A2 counting stops when setup_arg_pages() returns (the 20-page / 128-KiB expand_stack() below
    the arguments populates nothing; the pages of create_elf_tables() come later and are
    identical in way (b) and (c)).  For s390 2.6.32 31-bit an extra column gives what
    start_thread31()/crst_table_downgrade() frees afterwards.
 A3 the top-level table (pgd) exists in both ways (mm_alloc) and is not counted in the
    per-level numbers; it IS counted in the *_bytes columns.
 A4 nothing else is mapped in the new mm (true up to setup_arg_pages(): the ELF segments,
    the interpreter and the vdso are mapped afterwards).
 A5 rnd_pages is subtracted from STACK_TOP: 0 = personality ADDR_NO_RANDOMIZE or
    randomize_va_space=0; 'max' = STACK_RND_MASK (2.6.32 amd64: truncated to 20 bits, see VARS).  x86 arch_align_stack() may take one more
    page with probability 1/2 when randomising; not modelled.
 A6 page tables only; struct page, vma, anon_vma, TSB, hash PTE are not counted.
 A7 no THP/huge pages (VM_STACK_INCOMPLETE_SETUP forbids them), no KVM pgste, no s390 noexec=on
    shadow tables (these double every s390 table), no x86 PTI second pgd page.
 A8 6.1 s390: vdso_size() assumed 4 pages (2 vvar + 2 text) for both ABIs -> parameter S390_VDSO;
    the number of text pages is build dependent (UNVERIFIED); it moves the top by whole pages.
 A10 b_mprotect_ptes = PTEs rewritten at the HIGH address by mprotect_fixup() in setup_arg_pages():
    program with PT_GNU_STACK RW, caller of the same ABI as the program, no READ_IMPLIES_EXEC,
    6.1 without CONFIG_MEM_SOFT_DIRTY.  b_mprotect_ptes_softdirty: 6.1 with it (the temporary
    vma then carries VM_SOFTDIRTY, the new flags do not, so the pass always runs).
    2.6.32: a rewritten private PTE stays write-protected (later one reuse fault when written).
 A11 b_tlb_* count hardware invalidations, not calls of generic hooks (no-ops on ppc hash; s390 6.1
    flush_tlb_range is a no-op, the lazy flush_mm makes one full flush; sparc64 6.1 flush_tlb_range is
    a no-op too, pages are demapped one by one from a batch of up to 192).  A 6.1 x86/radix range flush
    of more than 33 pages becomes a flush of the whole context (tlb_single_page_flush_ceiling).
 A9 way (c) chunk pages: 32 page pointers inline in bprm, then chunks of page_size/8-1 pointers
    plus one link word (511 at 4K, 1023 at 8K, 8191 at 64K; 1023 also for a 32-bit 4K kernel).
"""
import csv, sys
KIB, MIB = 1024, 1024*1024
S390_VDSO = 4*4096

class V:
    """one kernel/architecture/mmu variant.  levels: bottom-up [(name,index bits,bytes per table)]"""
    def __init__(s, kern, arch, ps, levels, top, tmax, modes, move, hw, note='', counted=None):
        s.kern, s.arch, s.ps, s.levels, s.top, s.tmax = kern, arch, ps, levels, top, tmax
        s.modes, s.move, s.hw, s.note = modes, move, hw, note
        s.counted = counted          # bytes per table as accounted in VmPTE / pgtables_bytes
        s.cover, sh = [], ps
        for n, w, b in levels:
            sh += w; s.cover.append(sh)
        s.vabits = sh + top[1]

M, G, T = 1 << 20, 1 << 30, 1 << 40
V2, V6 = '2.6.32', '6.1'
VARS = [
 V(V2,'amd64',12,[('pte',9,4096),('pmd',9,4096),('pud',9,4096)],('pgd',9,4096),(1<<47)-4096,
   # STACK_RND_MASK is 0x3fffff but fs/binfmt_elf.c 2.6.32 shifts it in an unsigned int: 20 effective bits
   [('64',(1<<47)-4096,0x3fffff & 0xfffff),('i386',0xFFFFE000,0x7ff),('i386-3GB',0xC0000000,0x7ff)],'pte','x86'),
 V(V2,'alpha',13,[('pte',10,8192),('pmd',10,8192)],('pgd',10,8192),0x120000000,
   [('64',0x120000000,0x3ff),('taso31',0x80000000,0x3ff)],'pte','alpha'),
 V(V2,'sparc64',13,[('pte',10,8192),('pmd',11,8192)],('pgd',11,8192),(1<<43)-(1<<32),
   [('64',(1<<43)-(1<<32),0x3ff),('sparc32',(1<<32)-8192,0x3ff)],'pte','sparc'),
 V(V2,'ppc64-4k',12,[('pte',9,4096),('pmd',7,1024),('pud',7,1024)],('pgd',9,4096),1<<44,
   [('64',1<<44,0x3ffff),('ppc32',(1<<32)-4096,0x7ff)],'pte','ppchash'),
 V(V2,'ppc64-64k',16,[('pte',12,65536),('pmd',12,32768)],('pgd',4,128),1<<44,
   [('64',1<<44,0x3fff),('ppc32',(1<<32)-65536,0x7f)],'pte','ppchash',counted={'pte':32768}),
 V(V2,'s390',12,[('pte',8,2048),('pmd',11,16384)],('pud(R3)',11,16384),1<<42,
   [('64',1<<42,0x7ff),('31',1<<31,0x7ff)],'pte','s390'),
 V(V6,'amd64',12,[('pte',9,4096),('pmd',9,4096),('pud',9,4096)],('pgd',9,4096),(1<<47)-4096,
   [('64',(1<<47)-4096,0x3fffff),('i386',0xFFFFE000,0x7ff)],'pmd','x86'),
 V(V6,'amd64-la57',12,[('pte',9,4096),('pmd',9,4096),('pud',9,4096),('p4d',9,4096)],('pgd',9,4096),(1<<56)-4096,
   [('64',(1<<47)-4096,0x3fffff),('i386',0xFFFFE000,0x7ff)],'pmd','x86'),
 V(V6,'alpha',13,[('pte',10,8192),('pmd',10,8192)],('pgd',10,8192),0x120000000,
   [('64',0x120000000,0x3ff)],'pte','alpha','6.1.192 has no 32-bit personality any more'),
 V(V6,'sparc64',13,[('pte',10,8192),('pmd',10,8192),('pud',10,8192)],('pgd',10,8192),(1<<43)-(1<<32),
   [('64',(1<<43)-(1<<32),0x3ff),('sparc32',(1<<32)-8192,0x3ff)],'pte','sparc'),
 V(V6,'ppc64-4k-hash',12,[('pte',9,4096),('pmd',7,1024),('pud',9,4096)],('pgd',9,4096),64*T,
   [('64',64*T,0x3ffff),('ppc32',(1<<32)-4096,0x7ff)],'pte','ppchash'),
 V(V6,'ppc64-64k-hash',16,[('pte',8,4096),('pmd',10,16384),('pud',10,16384)],('pgd',8,2048),1<<52,
   [('64',128*T,0x3fff),('ppc32',(1<<32)-65536,0x7f)],'pte','ppchash',
   'table bytes with hugetlb/THP second halves',counted={'pte':2048,'pmd':8192,'pud':8192}),
 V(V6,'ppc64-4k-radix',12,[('pte',9,4096),('pmd',9,4096),('pud',9,4096)],('pgd',13,65536),64*T,
   [('64',64*T,0x3ffff),('ppc32',(1<<32)-4096,0x7ff)],'pmd','ppcradix'),
 V(V6,'ppc64-64k-radix',16,[('pte',5,256),('pmd',9,4096),('pud',9,4096)],('pgd',13,65536),1<<52,
   [('64',128*T,0x3fff),('ppc32',(1<<32)-65536,0x7f)],'pmd','ppcradix'),
 V(V6,'s390',12,[('pte',8,2048),('pmd',11,16384)],('pud(R3)',11,16384),(1<<42)-S390_VDSO-4096,
   [('64',(1<<42)-S390_VDSO-4096,0x3ff80),('31',(1<<31)-S390_VDSO-4096,0x7ff)],'pte','s390'),
]

class S390Frag:
    """2K page-table fragments, two per 4K page, free-half list as in page_table_alloc()."""
    def __init__(s): s.partial=[]; s.pages={}; s.next=0; s.where={}; s.peak=0
    def alloc(s, t):
        if s.partial: p=s.partial.pop(0)
        else: p=s.next; s.next+=1; s.pages[p]=0; s.partial.insert(0,p); s.partial.pop(0)
        s.pages[p]+=1; s.where[t]=p
        if s.pages[p]<2: s.partial.insert(0,p)
        s.peak=max(s.peak,len(s.pages))
    def free(s, t):
        p=s.where.pop(t); s.pages[p]-=1
        if p in s.partial: s.partial.remove(p)
        if s.pages[p]==0: del s.pages[p]
        else: s.partial.insert(0,p)

class Tree:
    def __init__(s, v):
        s.v=v; n=len(v.levels)
        s.t=[set() for _ in range(n)]; s.alloc=[0]*n; s.freed=[0]*n; s.moved=[0]*n
        s.ptes=set(); s.peak=0; s.peakcnt=[0]*n; s.frag=S390Frag() if v.arch=='s390' else None
    def bytes(s):
        b=s.v.top[2]+sum(len(x)*lv[2] for x,lv in zip(s.t,s.v.levels))
        if s.frag: b+= len(s.frag.pages)*4096 - len(s.t[0])*2048      # whole 4K pages back the fragments
        return b
    def note(s):
        s.peak=max(s.peak,s.bytes())
        for i,x in enumerate(s.t): s.peakcnt[i]=max(s.peakcnt[i],len(x))
    def ensure(s, addr, down_to=0):
        """allocate the missing tables on the path to addr, top-down, to level index down_to"""
        for i in range(len(s.t)-1, down_to-1, -1):
            k=addr>>s.v.cover[i]
            if k not in s.t[i]:
                s.t[i].add(k); s.alloc[i]+=1
                if i==0 and s.frag: s.frag.alloc(k)
        s.note()
    def drop(s, i, k):
        s.t[i].discard(k); s.freed[i]+=1
        if i==0 and s.frag: s.frag.free(k)
    # ---- free_pgd_range(addr,end,floor,ceiling=0)
    def free_range(s, addr, end, floor):
        pmd=1<<s.v.cover[0]
        addr&=~(pmd-1)
        if addr<floor: addr+=pmd
        if addr>end-1: return
        s._walk(len(s.t)-1, addr, end, floor)
    def _walk(s, i, addr, end, floor):
        """visit every table of level i that intersects [addr,end)"""
        size=1<<s.v.cover[i]; a=addr
        while a<end:
            nxt=min((a+size)&~(size-1), end); k=a>>s.v.cover[i]
            if k in s.t[i]:
                if i==0: s.drop(0,k)
                else:
                    s._walk(i-1,a,nxt,floor)
                    if (a&~(size-1))>=floor: s.drop(i,k)
            a=nxt

def run(v, mode, stop, rnd, n):
    ps=1<<v.ps; P=1<<v.cover[0]; r={}
    tr=Tree(v); tr.note()
    old_end=v.tmax; old=old_end-n*ps; length=n*ps
    for a in range(old_end-ps, old-ps, -ps):       # copy_strings: top page first
        tr.ensure(a); tr.ptes.add(a>>v.ps)
    high=list(tr.alloc); high_bytes=tr.bytes()
    new_end=stop-rnd*ps; new=new_end-length; shift=old_end-new_end
    H=[set(x) for x in tr.t]
    L=[set(range(new>>c,((new_end-1)>>c)+1)) for c in v.cover]
    calls=flushes=pmdmoves=moves=0
    if shift:
        o,w=old,new
        while o<old_end:
            nx=(o+P)&~(P-1); ext=min(nx,old_end)-o
            if v.kern==V6: ext=min(ext,((w+P)&~(P-1))-w)
            if (o>>v.cover[0]) not in tr.t[0]: o+=ext; w+=ext; continue
            if v.kern==V6 and v.move=='pmd' and ext==P:
                tr.ensure(w,1)
                if (w>>v.cover[0]) not in tr.t[0]:
                    k0,k1=o>>v.cover[0],w>>v.cover[0]
                    tr.t[0].discard(k0); tr.t[0].add(k1); tr.moved[0]+=1; pmdmoves+=1
                    for a in range(o>>v.ps,(o+ext)>>v.ps): tr.ptes.discard(a)
                    for a in range(w>>v.ps,(w+ext)>>v.ps): tr.ptes.add(a)
                    flushes+=1; o+=ext; w+=ext; tr.note(); continue
            tr.ensure(w)
            if v.kern==V2: ext=min(ext,((w+P)&~(P-1))-w,64*ps)
            calls+=1
            for i in range(ext>>v.ps):
                a=(o>>v.ps)+i
                if a in tr.ptes:
                    tr.ptes.discard(a); tr.ptes.add((w>>v.ps)+i); moves+=1
            if v.kern==V6: flushes+=1
            o+=ext; w+=ext
        mid=list(tr.alloc)
        if new_end>old: tr.free_range(new_end,old_end,new_end)
        else:           tr.free_range(old,old_end,new_end)
    mv=[a-b for a,b in zip(tr.alloc,high)]
    # cross-checks
    assert tr.ptes==set(range(new>>v.ps,new_end>>v.ps))
    for i in range(len(tr.t)):
        assert tr.t[i]==L[i], (v.kern,v.arch,mode,rnd,n,i)
        if not pmdmoves:
            assert high[i]==len(H[i]) and mv[i]==len(L[i]-H[i]) and tr.freed[i]==len(H[i]-L[i])
    # way (c)
    tc=Tree(v)
    for a in range(new_end-ps,new-ps,-ps): tc.ensure(a)
    assert [len(x) for x in tc.t]==[len(x) for x in L]
    per=ps//8-1; chunks=max(0,-(-(n-32)//per)) if n>32 else 0
    names=[l[0] for l in v.levels]
    cnt=v.counted or {}
    def acc(tabs):   # as /proc would account
        if v.kern==V2: return len(tabs[0])*cnt.get('pte',v.levels[0][2])
        return sum(len(x)*cnt.get(l[0],l[2]) for x,l in zip(tabs,v.levels) if l[0]!='p4d')
    d=dict(kernel=v.kern,arch=v.arch,mode=mode,page_size=ps,rnd_pages=rnd,n_pages=n,arg_bytes=length,
           stack_top_max=hex(v.tmax),stack_top=hex(new_end),shift=hex(shift),shift_pages=shift>>v.ps,
           relocated=int(shift>0),overlap=int(0<shift<length))
    for lv in ('pte','pmd','pud','p4d'):
        i=names.index(lv) if lv in names else None
        for col,src in (('b_high',high),('b_move_alloc',mv),('b_moved_whole',tr.moved),('b_freed',tr.freed)):
            d[f'{col}_{lv}']='' if i is None else src[i]
        d[f'b_peak_{lv}']='' if i is None else tr.peakcnt[i]
        d[f'b_final_{lv}']='' if i is None else len(L[i])
        d[f'c_{lv}']='' if i is None else len(L[i])
    d['b_tables_allocated']=sum(tr.alloc); d['b_tables_freed']=sum(tr.freed); d['c_tables_allocated']=sum(tc.alloc)
    d['b_table_bytes_high']=high_bytes; d['b_table_bytes_peak']=tr.peak; d['b_table_bytes_final']=tr.bytes()
    d['c_table_bytes']=tc.bytes(); d['c_chunk_pages']=chunks; d['c_bytes_peak']=tc.bytes()+chunks*ps
    down = (v.kern==V2 and v.arch=='s390' and mode=='31')
    d['s390_downgrade_frees_bytes']=16384 if down else 0
    d['b_table_bytes_at_entry']=tr.bytes()-d['s390_downgrade_frees_bytes']
    # way (c) where the mm may be created at its final depth (personality known first): only
    # s390 has a depth to save: a 31-bit mm can start as a 2-level tree (segment table on top)
    d['c_table_bytes_direct_depth']=tc.bytes()-(16384 if v.arch=='s390' and mode=='31' else 0)
    d['a_fits_MAX_ARG_PAGES']=int(n<=32)
    d['depth_while_high']=len(v.levels)+1; d['depth_at_entry']=len(v.levels)+(0 if down else 1)
    d['b_minflt_in_exec']=n; d['c_minflt_in_exec']=0
    d['b_pte_moves']=moves; d['b_move_ptes_calls']=calls; d['b_pmd_moves']=pmdmoves
    d['b_tlb_page_flushes']=(moves if v.hw=='sparc' or (v.kern==V2 and v.hw!='ppchash') else 0)
    d['b_tlb_range_flushes']=(0 if v.kern==V2 or v.hw in('ppchash','s390','sparc') else flushes)
    execdef = v.hw in('alpha','sparc') or mode=='ppc32'      # VM_STACK_DEFAULT_FLAGS contain VM_EXEC
    d['b_mprotect_ptes']=n if execdef else 0
    d['b_mprotect_ptes_softdirty']='' if v.kern==V2 else n
    d['b_ptes_left_readonly']=d['b_mprotect_ptes'] if v.kern==V2 else 0
    full=0
    if shift:
        if v.hw=='s390' and v.kern==V2: full=1+int(down)
        elif v.hw in('x86','alpha') : full=int(sum(tr.freed)>0)
        elif v.kern==V6 and v.hw=='s390': full=1
        elif v.kern==V6 and v.hw not in('ppchash','sparc'): full=int(sum(tr.freed)>0)
    d['b_tlb_full_flushes']=full
    d['sun4u_dcache_page_flushes']=(moves if v.hw=='sparc' and (shift>>13)&1 else 0) if v.hw=='sparc' else ''
    d['proc_VmPTE_bytes_high']=acc(H); d['proc_VmPTE_bytes_final']=acc(L)
    d['ok_default_8MiB_stack']=int(length<=131072 or length<=2*MIB)
    d['ok_unlimited_stack']=int(v.kern==V2 or length<=6*MIB)
    return d

def aslr():
    """exact probabilities over rnd in [0,STACK_RND_MASK] that the move needs a new table / any move"""
    rows=[]
    for v in VARS:
        for mode,stop,mask in v.modes:
            if (v.arch,mode)==('s390','64') and v.kern==V6: vals=range(0,mask+1,0x80)   # mask 0x3ff80
            else: vals=range(mask+1)
            ps=1<<v.ps; n=1; tot=len(vals); mv=0; need=[0]*len(v.levels)
            hi=v.tmax-ps
            for r in vals:
                lo=stop-r*ps-ps
                if lo!=hi: mv+=1
                for i,c in enumerate(v.cover):
                    if lo>>c!=hi>>c: need[i]+=1
            rows.append((v.kern,v.arch,mode,tot,mv/tot,{l[0]:need[i]/tot for i,l in enumerate(v.levels)}))
    return rows

def main():
    if '--aslr' in sys.argv:
        for k,a,m,t,p,nd in aslr():
            print(f"{k:7}{a:16}{m:9} positions {t:8}  P(relocated)={p:.7f}  P(extra table) "+' '.join(f'{x}={y:.4f}' for x,y in nd.items()))
        return
    out=sys.argv[1] if len(sys.argv)>1 else 'expected_tables.csv'
    rows=[]
    for v in VARS:
        for mode,stop,mask in v.modes:
            for rnd in sorted({0,mask}):
                for label,n in (('1p',1),('31p',31),('33p',33),('512p',512),('2048p',2048),('32MiB',(32*MIB)>>v.ps)):
                    d=run(v,mode,stop,rnd,n); d={'size':label,**d}; rows.append(d)
    cols=list(rows[0])
    with open(out,'w',newline='') as f:
        w=csv.DictWriter(f,cols,lineterminator='\n'); w.writeheader(); w.writerows(rows)
    print(len(rows),'rows ->',out)
    # short table
    print(f"{'kern':7}{'arch':16}{'mode':9}{'size':6}{'N':>6} {'reloc':>5} | high pte/pmd/pud/p4d | +move | freed | final=c | peakB finalB cB(+chunks) | moves")
    for d in rows:
        if d['rnd_pages']: continue
        g=lambda c:'/'.join(str(d[f'{c}_{l}']) for l in('pte','pmd','pud','p4d') if d[f'{c}_{l}']!='')
        print(f"{d['kernel']:7}{d['arch']:16}{d['mode']:9}{d['size']:6}{d['n_pages']:6} {d['relocated']:5} | {g('b_high'):14} | {g('b_move_alloc'):12} | {g('b_freed'):12} | {g('c'):12} | {d['b_table_bytes_peak']:8} {d['b_table_bytes_final']:8} {d['c_table_bytes']:8}(+{d['c_chunk_pages']}p) | {d['b_pte_moves']}+{d['b_pmd_moves']}pmd calls {d['b_move_ptes_calls']}")
if __name__=='__main__': main()
