# `make demo` and `make test` do it all on a fresh Debian machine with Swift.

PREFIX ?= /usr/local
RELEASE = swift build -c release --static-swift-stdlib
FOLDERS = Package.swift Sources Tests Fuzz
BUILD ?= .build
WITH ?= --scratch-path $(BUILD)
REAL = SIAGA_BINARY=$(CURDIR)/$(BUILD)/debug/siaga scripts/test swift test $(WITH)
# The tests' program itself, for an emulated processor is slow to find out what there is to build.
IN_LAB = SIAGA_BINARY=$(CURDIR)/$(BUILD)/debug/siaga scripts/test scripts/kernel-lab run --timeout 600 -- \
	$(CURDIR)/$(BUILD)/debug/siagaPackageTests.xctest --testing-library swift-testing --no-parallel
# The lab's machine runs this one's programs, and there it is of this kind.
LABWORK = $(if $(filter amd64,$(shell dpkg --print-architecture 2>/dev/null)),test-bonds)
# So many beside each other: more would wait for the processors, and miss their times.
BESIDE = --experimental-maximum-parallelization-width 6
# They measure, or keep their threads waiting for programs: beside others both would miss their times.
ALONE = NetworkTests.AgreementTests|TrialTests|PlayedDemoTests
PAIRS = Pairs
LOOKING = DoctorTests|DoctorOfDaemonTests|ExplainTests|SimulateTests|RouteStormTests
FUZZ ?= routeros
SECONDS ?= 60
SEEDS ?= 1000
FROM ?= 1
HOURS ?= 1
STRIKES ?= 12

.PHONY: demo demo-bond test build bench bench-bonds bench-check counter sanitize soak soak-nodes install needs lint format test-pure \
	unpacked test-real test-bonds test-kernel kernel-lab fuzz mutate mutate-sample clean

demo: build ## watch two Internet links fail over, in namespaces of their own
	.build/release/siaga demo --fast

demo-bond: build kernel-lab ## a cable and Wi-Fi as one link, on a kernel that has bonding: emulated, and slow
	scripts/kernel-lab run --timeout 300 -- $(CURDIR)/.build/release/siaga demo --kind bond --fast

test: needs lint test-pure mutate-sample test-real $(LABWORK) ## everything, on real packets too (as root)

build: needs ## leaves .build/release/siaga
	$(RELEASE) --product siaga

bench: needs counter ## an hour and some: measure beside the peers; writes docs/benchmarks.md
	$(RELEASE) --product siaga
	$(RELEASE) --product siaga-bench
	.build/release/siaga-bench --siaga .build/release/siaga --write docs/benchmarks.md --ratios docs/benchmarks.json

bench-bonds: kernel-lab ## in the kernel lab, half an hour: bonds beside the kernel's own; docs/benchmarks-bonds.md
	$(RELEASE) --product siaga
	$(RELEASE) --product siaga-bench
	mkdir -p .build/kernel-lab/measured
	scripts/kernel-lab run --timeout 3600 --share .build/kernel-lab/measured -- \
		$(CURDIR)/.build/release/siaga-bench --lab yes --siaga $(CURDIR)/.build/release/siaga \
		--write $(CURDIR)/.build/kernel-lab/measured/benchmarks-bonds.md
	cp .build/kernel-lab/measured/benchmarks-bonds.md docs/

bench-check: needs counter ## seven minutes: fails where a quarter is lost beside docs/benchmarks.json
	$(RELEASE) --product siaga
	$(RELEASE) --product siaga-bench
	.build/release/siaga-bench --siaga .build/release/siaga --runs 5 --check docs/benchmarks.json

counter: ## of allocations, for the bench
	mkdir -p .build
	clang -O2 -shared -fPIC scripts/allocations.c -o .build/allocations.so

sanitize: needs ## the suites with the sanitizers of addresses and of threads
	scripts/sanitize

soak: ## simulated seeds on all cores, an hour each: SEEDS=10000 FROM=1; one that fails is shrunk
	SIAGA_PURE=1 swift build -c release --scratch-path .build-pure --product siaga-soak
	.build-pure/release/siaga-soak --seeds $(SEEDS) --from $(FROM) --hours $(HOURS) $(if $(KEEP),--keep $(KEEP))

soak-nodes: ## the same of nodes that share addresses, a minute each: SEEDS=10000 FROM=1 STRIKES=12
	SIAGA_PURE=1 swift build -c release --scratch-path .build-pure --product siaga-soak
	.build-pure/release/siaga-soak --nodes $(STRIKES) --seeds $(SEEDS) --from $(FROM) $(if $(KEEP),--keep $(KEEP))

install: ## the binary, its systemd unit and shell completions, a word to systemd-networkd
	scripts/install "$(DESTDIR)" "$(PREFIX)"

needs: ## what Debian must have
	@scripts/needs

lint:
	swift format lint --strict --recursive --parallel $(FOLDERS)

format:
	swift format --in-place --recursive --parallel $(FOLDERS)

test-pure: ## the targets that decide: no sockets, no root; then 200 seeds, an hour each, and 1,000 of nodes
	SIAGA_PURE=1 scripts/test swift test --scratch-path .build-pure
	$(MAKE) soak SEEDS=200 FROM=1 HOURS=1 KEEP=
	$(MAKE) soak-nodes SEEDS=1000 FROM=1 STRIKES=12

unpacked: # what stands beside us in tests, and would take over this machine
	@scripts/unpack systemd-resolved $(CURDIR)/.build/unpacked

test-real: unpacked ## the shell, on real kernels' namespaces; what measures or hogs the machine by itself
	swift build $(WITH) --build-tests
	@sync # or the files of the first daemons wait behind what was built
	$(REAL) --skip-build $(BESIDE) --filter 'HouseTests|YAMLTests|KernelTests|DemoTests|NetworkTests' --skip 'Faults|$(PAIRS)|$(ALONE)|$(LOOKING)'
	$(REAL) --skip-build --filter '$(ALONE)'
	$(REAL) --skip-build --filter '$(LOOKING)'
	$(REAL) --skip-build --filter '$(PAIRS)'
	$(REAL) --skip-build --filter 'Faults'

test-bonds: kernel-lab ## the core of bonding, on Debian's kernel in an emulated machine
	swift build $(WITH) --build-tests
	$(IN_LAB) --filter KernelLabTests.Bond

test-kernel: kernel-lab ## there: bonds of all modes, LACP, Wi-Fi, netem, VLAN, VRF, softdog
	swift build $(WITH) --build-tests
	$(IN_LAB) --filter KernelLabTests

kernel-lab: ## what that machine needs: installs it, and downloads the kernel
	@scripts/kernel-lab prepare

fuzz: ## feeds parsers what libFuzzer makes up: FUZZ=routeros (networkd, netplan, mwan3, packets)
	scripts/fuzz $(FUZZ) $(SECONDS)

mutate: ## what decides, changed in one place at a time: which change does no test notice? Hours
	scripts/mutate

mutate-sample: ## thirty such changes to choices and checks, drawn by the commit
	scripts/mutate --sample 30 --shallow --only Choosing/,Checks/

clean:
	rm -rf .build .build-mutants .build-pure .build-fuzz .build-address .build-address-pure .build-thread .build-thread-pure
