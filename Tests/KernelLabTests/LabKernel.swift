import Glibc
import Testing

/// What the kernel under these tests can do. In the lab (`scripts/kernel-lab`) it has all that they
/// need: there none of them is skipped, and what is missing fails.
enum LabKernel {
  static let isLab = getenv("SIAGA_KERNEL_LAB") != nil
  static let hasBonding = isLab || (geteuid() == 0 && access("/sys/module/bonding", F_OK) == 0)
}

extension Trait where Self == ConditionTrait {
  static var needsBonding: Self {
    .enabled(
      if: LabKernel.hasBonding, "needs root and a kernel with bonding; try `make test-kernel`")
  }

  /// Also for what would load modules into a kernel that is somebody's.
  static var needsLab: Self {
    .enabled(if: LabKernel.isLab, "needs the lab's kernel; try `make test-kernel`")
  }
}
